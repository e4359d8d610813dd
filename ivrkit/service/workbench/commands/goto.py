"""``goto``: into a section."""

from __future__ import annotations

from collections.abc import Iterable

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Goto(Command):
    name = "goto"
    aliases = ("g",)
    usage = "SECTION"
    help = """Go to a section, leaving what the flow was doing; the call stops at its first step.
A session in which this was done cannot be saved as a call script."""

    async def run(self, desk: Desk, arguments: str) -> None:
        desk.session  # noqa: B018 - a call that is over goes nowhere
        section = desk.section(arguments)
        desk.report(await desk.bench.go_to(section, lambda runner, node: self.name))

    def words(self, desk: Desk) -> Iterable[str]:
        return desk.flow.sections
