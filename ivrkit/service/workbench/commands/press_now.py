"""``press!``: keys, in the middle of whatever is going on."""

from __future__ import annotations

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class PressNow(Command):
    name = "press!"
    aliases = ("p!",)
    usage = "KEYS"
    help = "Press keys at once, in the middle of a prompt too, as `time` has let it go on."

    async def run(self, desk: Desk, arguments: str) -> None:
        bench, keys = desk.bench, desk.keys_of(arguments)
        await bench.press(keys)
        desk.report(bench.stopped or await bench.go())
