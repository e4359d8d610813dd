"""``hangup``: the caller hangs up."""

from __future__ import annotations

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Hangup(Command):
    name = "hangup"
    aliases = ("h",)
    help = "Hang up; what the flow does at the end is done."

    async def run(self, desk: Desk, arguments: str) -> None:
        desk.report(await desk.bench.hang_up(holding=True))
