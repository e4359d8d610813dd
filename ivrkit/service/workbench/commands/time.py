"""``time``: let time pass."""

from __future__ import annotations

from ivrkit.expressions.durations import parse_duration
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Time(Command):
    name = "time"
    aliases = ("t",)
    usage = "[+DURATION]"
    help = """Let time pass: `time +5m`, `time 300ms`; alone it tells what time it is in the call.
The caller does nothing meanwhile, also where the call waits for keys."""

    async def run(self, desk: Desk, arguments: str) -> None:
        bench = desk.bench
        if not arguments:
            desk.tell(f"{bench.now:%A %Y-%m-%d %H:%M:%S %Z}, {bench.seconds:.2f} s into the call")
            return
        duration = parse_duration(arguments.removeprefix("+").replace(" ", ""))
        desk.report(await bench.pass_time(duration.total_seconds()))
