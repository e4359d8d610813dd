"""Scripted calls of ten steps a second in the simulator, beside bare tasks that wait as often."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.rows import Benchmark, Row, Tell, rounded
from ivrkit.errors import ScriptError
from ivrkit.qa.reading import read_script
from ivrkit.qa.simulating import play_simulated
from ivrkit.service.configuration import Configuration
from ivrkit.service.scripts import FlowBook

NAME = "scripts"
CALLS, QUICK_CALLS = 2000, 20
AIM = 1000.0
"""Calls a second."""

FLOW = """\
ivrkit: 1
flow: desk
language: en
variables: {name: text, account: digits}
exits: {no_input: bye, no_match: bye}
on_error: bye
sections:
  main:
    - answer
    - say: Welcome.
    - menu:
        keys:
          1: {say: For the desk, to: next}
    - set: {name: Ann}
    - collect: {into: account, prompt: Enter your account., digits: 4}
    - if: account == '1234'
      then:
        - say: Thank you.
    - menu:
        keys:
          2: {say: To go on, to: next}
    - say: "Goodbye, {{ name }}."
    - goto: bye
  bye:
    - hangup
"""
SCRIPT = """\
script: 1
name: ten steps
flow: desk
call:
  - hear: Welcome
  - press: 1
  - press: "1234"
  - hear: Thank you
  - press: 2
  - hear: Goodbye, Ann
"""
AWAITS = 10
"""Times at which each of the bare tasks waits: as often as the call has steps."""


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Both in turns. Raises ScriptError when a call did not go as the script says."""
    calls = QUICK_CALLS if quick else CALLS
    (folder / "desk.yaml").write_text(FLOW)
    book = FlowBook(Configuration(flows=folder))
    await played(book, SCRIPT, min(calls, 100), time.process_time)
    ours, theirs = [], []
    for number in range(1, rounds + 1):
        ours.append(calls / await played(book, SCRIPT, calls, time.process_time))
        theirs.append(calls / await _bare(calls))
        tell(f"{number}/{rounds} {ours[-1]:,.0f} calls/s, bare tasks {theirs[-1]:,.0f}/s")
    ratios = [other / one for one, other in zip(ours, theirs, strict=True)]
    row = Row(
        "scripted calls of ten steps",
        "bare tasks with as many awaits",
        rounded(median(ours)),
        rounded(median(theirs)),
        rounded(median(ratios)),
        least=AIM,
    )
    data = {"calls": calls, "scripted": [*map(rounded, ours)], "bare": [*map(rounded, theirs)]}
    return Benchmark(NAME, "The simulator, one core", "calls/s", (row,), data)


async def played(book: FlowBook, text: str, calls: int, clock: Callable[[], float]) -> float:
    """Seconds, on this clock, of so many calls of a script. Raises ScriptError."""
    script, found = read_script("bench.yaml", text)
    if script is None:
        raise ScriptError(f"the script cannot be read: {list(found)}")
    before = clock()
    for _ in range(calls):
        outcome = await play_simulated(script, book.scene())
        if not outcome.passed:
            raise ScriptError(f"the call went otherwise: {outcome}")
    return clock() - before


async def _bare(calls: int) -> float:
    """Seconds of CPU."""

    async def call() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(AWAITS):
            future = loop.create_future()
            loop.call_soon(future.set_result, None)
            await future

    before = time.process_time()
    for _ in range(calls):
        await asyncio.create_task(call())
    return time.process_time() - before
