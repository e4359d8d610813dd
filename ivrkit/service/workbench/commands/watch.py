"""``watch``: stop when a variable changes."""

from __future__ import annotations

from collections.abc import Iterable

from ivrkit.errors import ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.qa.stops import WhenSet
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Watch(Command):
    name = "watch"
    aliases = ("w",)
    usage = "VARIABLE"
    help = "Stop behind every step that changes a variable, or a field of it."

    async def run(self, desk: Desk, arguments: str) -> None:
        known = desk.variables()
        if arguments.partition(".")[0] not in known:
            near = did_you_mean(arguments, known) or f"variables are {', '.join(known)}"
            raise ValueRejected(f"there is no variable '{arguments[:40]}'", hint=near)
        now = desk.bench.situation.variables
        desk.stop_at(WhenSet(arguments, f"watch {arguments}", dict(now)))

    def words(self, desk: Desk) -> Iterable[str]:
        return desk.variables()
