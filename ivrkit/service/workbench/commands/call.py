"""``call``: once more from the beginning."""

from __future__ import annotations

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Call(Command):
    name = "call"
    help = "Call once more; what was given and what stops the call stays."

    async def run(self, desk: Desk, arguments: str) -> None:
        await desk.call()
