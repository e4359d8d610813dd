"""``quit``: leave."""

from __future__ import annotations

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Quit(Command):
    name = "quit"
    aliases = ("q", "exit")
    help = "Leave; the call is hung up."

    async def run(self, desk: Desk, arguments: str) -> None:
        desk.over = True
