"""``press``: keys."""

from __future__ import annotations

from ivrkit.errors import ScriptError
from ivrkit.qa.situation import Why
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Press(Command):
    name = "press"
    aliases = ("p",)
    usage = "KEYS"
    help = """Press keys (0-9 * # A-D); `press` may be left out.
Where the call is still saying something, it goes on until it listens, and the keys are pressed
then. `press! 1` presses at once, in the middle of what is said."""

    async def run(self, desk: Desk, arguments: str) -> None:
        bench, keys = desk.bench, desk.keys_of(arguments)
        if not bench.situation.listening:
            stop = await bench.go()
            if stop.why is not Why.LISTENING:
                desk.report(stop)
                raise ScriptError(f"{keys} was not pressed: the call did not come to listen")
        await bench.press(keys)
        desk.report(bench.stopped or await bench.go())
