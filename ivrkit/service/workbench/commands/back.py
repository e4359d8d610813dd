"""``back``: to the step before."""

from __future__ import annotations

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.counting import count_of
from ivrkit.service.workbench.desk import Desk


class Back(Command):
    name = "back"
    usage = "[HOW MANY]"
    help = """Back to the beginning of this step, or of the one before; `back 3` goes three back.
The call is played again up to there, with all that was pressed and given: nothing is undone."""

    async def run(self, desk: Desk, arguments: str) -> None:
        desk.report(await desk.bench.back(count_of(arguments)))
