"""Memory per live call: the slope from 200 to 2,000 callers who are held in a menu, beside that of
Asterisk itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from statistics import median

from bench.keys import site
from bench.rows import Benchmark, Row, Tell, rounded
from ivrkit.testing import load

NAME = "memory"
FEW, MANY = 200, 2000
QUICK_FEW, QUICK_MANY = 5, 20
RATE = 25.0
"""New calls per second."""
NUMBER = "923"
REST_SECONDS = 3.0
"""Until what follows an answer is done."""
LOOKS = 5
AIM = 50.0
"""KB for each call."""

HELD = """\
ivrkit: 1
flow: held
language: en
variables: {name: text, account: digits}
exits: {no_input: out, no_match: out}
on_error: out
sections:
  main:
    - answer
    - set: {name: Ann, account: "12345678"}
    - menu:
        prompt: {silence: 200ms}
        keys: {1: again, 9: out}
        first_digit: 30m
  out:
    - hangup
"""


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Once, whatever ``rounds`` says: memory is not noisy. Raises IvrkitError."""
    few, many = (QUICK_FEW, QUICK_MANY) if quick else (FEW, MANY)
    settings = {"limits": {"calls": many + 100, "late": "10s"}}
    held: list[tuple[float, float]] = []
    async with site(folder, {"held": HELD}, {NUMBER: "held"}, settings) as (asterisk, _):
        assert asterisk.pid is not None, "it runs as long as the site stands"
        processes = int((folder / "engine.pid").read_text()), asterisk.pid
        async with load.Crowd(asterisk.sip_port, folder) as crowd:
            for calls, all_calls in ((few, few), (many - few, many)):
                hold = (load.Pause(all_calls / RATE + 600),)
                await crowd.call(load.Load(NUMBER, calls, RATE, hold, audio=False))
                await crowd.until_answered(all_calls / RATE + 60)
                engine, other = await _settled(processes)
                held.append((engine, other))
                tell(f"{all_calls} calls: engine {engine:,.0f} KB, Asterisk {other:,.0f} KB")
    ours, theirs = ((late - early) / (many - few) for early, late in zip(*held, strict=True))
    row = Row(
        f"a live call ({few} to {many:,})",
        "Asterisk",
        rounded(ours),
        rounded(theirs),
        rounded(ours / theirs),
        at_most=AIM,
    )
    data = {"calls": [few, many], "engine": [round(e) for e, _ in held]}
    return Benchmark(NAME, "Memory of calls held in a menu", "KB", (row,), data)


async def _settled(processes: tuple[int, int]) -> tuple[float, float]:
    """The memory of both once the callers only wait."""
    await asyncio.sleep(REST_SECONDS)
    looks = []
    for _ in range(LOOKS):
        looks.append([_kilobytes(process) for process in processes])
        await asyncio.sleep(0.2)
    engine, asterisk = (median(each) for each in zip(*looks, strict=True))
    return engine, asterisk


def _kilobytes(process: int) -> float:
    """What a process holds that is no file (``proc_pid_status(5)``)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return float(line.split()[1])
    return 0.0
