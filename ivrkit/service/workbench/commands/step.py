"""``step``: on to the next step."""

from __future__ import annotations

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.counting import count_of
from ivrkit.service.workbench.desk import Desk


class Step(Command):
    name = "step"
    aliases = ("s",)
    usage = "[HOW MANY]"
    help = "On to the next step, also into what is run."
    repeats = True

    async def run(self, desk: Desk, arguments: str) -> None:
        for _ in range(count_of(arguments)):
            stop = await desk.bench.go(lambda runner, node: self.name)
            if stop.text != self.name:
                break
        desk.report(stop)
