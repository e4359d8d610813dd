"""``press!``: keys, in the middle of whatever is going on."""

from __future__ import annotations

from ivrkit.errors import ScriptError, ValueRejected
from ivrkit.service.keypad import KEYS
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class PressNow(Command):
    name = "press!"
    aliases = ("p!",)
    usage = "KEYS"
    help = "Press keys at once, in the middle of a prompt too, as `time` has let it go on."

    async def run(self, desk: Desk, arguments: str) -> None:
        bench, keys = desk.bench, "".join(arguments.split()).upper()
        if not keys or not set(keys) <= KEYS:
            what = f"'{arguments[:40]}' cannot be pressed" if keys else "say which keys"
            raise ValueRejected(what, hint="keys are 0-9 * # A-D")
        if bench.situation.ended is not None:
            raise ScriptError("the call is over", hint="call places it again, back goes back")
        await bench.press(keys)
        desk.report(bench.stopped or await bench.go())
