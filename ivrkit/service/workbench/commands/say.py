"""``say``: words."""

from __future__ import annotations

from ivrkit.errors import ScriptError
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Say(Command):
    name = "say"
    usage = "WORDS"
    help = """Say something, where a question takes words; `"billing"` in quotes does the same.
Where the call is still saying something, it goes on until it listens, and it is said then.
`say! billing` says it at once, in the middle of what is said."""

    async def run(self, desk: Desk, arguments: str) -> None:
        bench, text = desk.bench, desk.spoken(arguments)
        if not bench.hears:
            stop = await bench.go()
            if not bench.hears:
                desk.report(stop)
                raise ScriptError("nothing was said: nobody listens to words")
        await bench.say(text)
        desk.report(bench.stopped or await bench.go())
