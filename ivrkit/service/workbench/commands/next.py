"""``next``: on to the next step here, over what is run."""

from __future__ import annotations

from functools import partial

from ivrkit.call.step import Node
from ivrkit.engine.runner import Runner
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.counting import count_of, deep
from ivrkit.service.workbench.desk import Desk


class Next(Command):
    name = "next"
    aliases = ("n",)
    usage = "[HOW MANY]"
    help = "On to the next step, over the flows and sections that this one runs."
    repeats = True

    async def run(self, desk: Desk, arguments: str) -> None:
        for _ in range(count_of(arguments)):
            depth = deep(desk.bench.runner)
            stop = await desk.bench.go(partial(self._wants, depth))
            if stop.text != self.name:
                break
        desk.report(stop)

    def _wants(self, depth: int, runner: Runner, node: Node) -> str | None:
        return self.name if deep(runner) <= depth else None
