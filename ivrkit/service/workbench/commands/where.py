"""``where``: the lines of the file around the step."""

from __future__ import annotations

from ivrkit.errors import ValueRejected
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Where(Command):
    name = "where"
    aliases = ("l",)
    usage = "[HOW MANY LINES]"
    help = "Show the step where the call is, with the lines of the file around it."

    async def run(self, desk: Desk, arguments: str) -> None:
        if arguments and not arguments.isdecimal():
            raise ValueRejected(f"'{arguments[:40]}' is no number of lines", hint="write where 10")
        around = int(arguments[:4]) if arguments else 4
        node = desk.node
        lines = desk.flow.source.splitlines()
        desk.tell(desk.place_of(node))
        first = max(1, node.mark.line - around)
        for number in range(first, min(len(lines), node.mark.line + around) + 1):
            mark = "▸" if number == node.mark.line else " "
            desk.tell(f"{mark} {number:4}  {lines[number - 1]}".rstrip())
