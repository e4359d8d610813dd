"""``continue``: go on until something stops the call."""

from __future__ import annotations

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Continue(Command):
    name = "continue"
    aliases = ("c",)
    help = "Go on until a breakpoint, a question that waits for keys, or the end."
    repeats = True

    async def run(self, desk: Desk, arguments: str) -> None:
        desk.report(await desk.bench.go())
