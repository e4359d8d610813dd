"""``delete``: take a breakpoint away."""

from __future__ import annotations

from collections.abc import Iterable

from ivrkit.errors import ValueRejected
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Delete(Command):
    name = "delete"
    aliases = ("d",)
    usage = "NUMBER | all"
    help = "Take away what stops the call, by the number that `break` lists."

    async def run(self, desk: Desk, arguments: str) -> None:
        if arguments == "all":
            numbers = list(desk.numbered)
        elif arguments.isdecimal() and int(arguments) in desk.numbered:
            numbers = [int(arguments)]
        else:
            raise ValueRejected(
                f"there is no breakpoint '{arguments[:40]}'", hint="break lists them by number"
            )
        for number in numbers:
            desk.forget(number)
            desk.tell(f"{number} is taken away")

    def words(self, desk: Desk) -> Iterable[str]:
        return ["all", *map(str, desk.numbered)]
