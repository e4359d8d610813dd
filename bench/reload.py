"""How late keys are while 200 flows are read anew under 200 live calls, beside a quiet engine."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from bench.keys import compared, keys_pressed, late, site
from bench.rows import Benchmark, Tell
from ivrkit.errors import CarrierError

NAME = "reload"
FLOWS, CALLS = 200, 200
QUICK_FLOWS, QUICK_CALLS = 5, 5
OFFICE = """\
ivrkit: 1
flow: office-{0}
# edition {1}
language: en
variables: {{amount: {{type: money, default: 0}}}}
exits: {{no_input: out, no_match: out}}
on_error: out
sections:
  out:
    - hangup
  main:
    - answer
    - goto: section-0
"""
SECTION = """
  section-{0}:
    - set: {{amount: "{{{{ amount + {0} }}}}"}}
    - menu:
        prompt: {{audio: tone}}
        keys: {{1: section-{1}, 2: main}}
"""
SECTIONS = 20


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Quiet turns and turns with reloads, one after the other. Raises IvrkitError."""
    flows, calls = (QUICK_FLOWS, QUICK_CALLS) if quick else (FLOWS, CALLS)
    async with site(folder, _offices(flows, 0), {}) as (asterisk, log):
        await keys_pressed(asterisk, min(calls, 20))
        quiet, busy, reloads = [], [], 0
        for number in range(1, rounds + 1):
            quiet.append(await keys_pressed(asterisk, calls))
            writing = asyncio.create_task(_write_and_write(folder, flows, log))
            try:
                busy.append(await keys_pressed(asterisk, calls))
            finally:
                writing.cancel()
                with suppress(asyncio.CancelledError):
                    await writing
            reloads = _reloads(log)
            tell(
                f"{number}/{rounds} keys late by {late(busy[-1]):.1f} ms with reloads, "
                f"{late(quiet[-1]):.1f} ms without (99 of 100)"
            )
    if not reloads:
        raise CarrierError("the flows were not reloaded", hint=log.read_text()[-2000:])
    rows = compared("the same without reloads", busy, quiet)
    keys = sum(map(len, busy))
    data = {"flows": flows, "calls": calls, "reloads": reloads, "keys": keys}
    return Benchmark(NAME, f"Reload of {flows} flows under {calls} calls", "ms", rows, data)


def _offices(flows: int, edition: int) -> dict[str, str]:
    """The texts of so many flows, by name."""
    sections = "".join(SECTION.format(n, (n + 1) % SECTIONS) for n in range(SECTIONS))
    return {f"office-{n}": OFFICE.format(n, edition) + sections for n in range(flows)}


def _write_flows(folder: Path, flows: int, edition: int) -> None:
    for name, text in _offices(flows, edition).items():
        (folder / "flows" / f"{name}.yaml").write_text(text)


async def _write_and_write(folder: Path, flows: int, log: Path) -> None:
    """Write all flows anew whenever the engine has read the ones before."""
    edition = 0
    while True:
        seen, edition = _reloads(log), edition + 1
        await asyncio.to_thread(_write_flows, folder, flows, edition)
        while _reloads(log) == seen:  # noqa: ASYNC110 - a log has no event to wait for
            await asyncio.sleep(0.2)


def _reloads(log: Path) -> int:
    return log.read_text().count("flows reloaded:")
