"""``help``: the commands."""

from __future__ import annotations

from collections.abc import Iterable

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Help(Command):
    name = "help"
    aliases = ("?",)
    usage = "[COMMAND]"
    help = "List the commands, or explain one."

    async def run(self, desk: Desk, arguments: str) -> None:
        from ivrkit.service.workbench.running import all_commands, command_of

        if arguments:
            command, _ = command_of(arguments)
            short = f"  (short: {', '.join(command.aliases)})" if command.aliases else ""
            desk.tell(f"{command.name} {command.usage}".rstrip() + short)
            desk.tell(command.help)
            return
        for command in all_commands().values():
            names = ", ".join((command.name, *command.aliases))
            desk.tell(f"{names:14} {command.help.splitlines()[0]}")
        desk.tell("Keys alone are pressed. An empty line repeats step, next and continue.")

    def words(self, desk: Desk) -> Iterable[str]:
        from ivrkit.service.workbench.running import all_commands

        return all_commands()
