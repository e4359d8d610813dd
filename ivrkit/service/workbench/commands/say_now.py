"""``say!``: words, in the middle of whatever is going on."""

from __future__ import annotations

from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class SayNow(Command):
    name = "say!"
    usage = "WORDS"
    help = "Say something at once, in the middle of a prompt too, as `time` has let it go on."

    async def run(self, desk: Desk, arguments: str) -> None:
        bench, text = desk.bench, desk.spoken(arguments)
        await bench.say(text)
        desk.report(bench.stopped or await bench.go())
