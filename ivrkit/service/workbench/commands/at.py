"""``at``: the call comes in at another time of day."""

from __future__ import annotations

from datetime import datetime

from ivrkit.errors import ValueRejected
from ivrkit.qa.given import Given
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class At(Command):
    name = "at"
    usage = "DATE AND TIME"
    help = """Call again, at another time: `at 2026-12-25T10:00`, perhaps with a zone (+01:00).
Without a zone it is that of the call."""

    async def run(self, desk: Desk, arguments: str) -> None:
        try:
            moment = datetime.fromisoformat(arguments)
        except ValueError:
            raise ValueRejected(
                f"'{arguments[:40]}' is not a date and time", hint="write 2026-12-25T10:00"
            ) from None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=desk.bench.now.tzinfo)
        desk.bench.give(Given(clock=moment), {"clock": moment.isoformat()})
        await desk.call()
