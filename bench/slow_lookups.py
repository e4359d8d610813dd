"""How late the keys of other callers are while 100 calls wait for look-ups of two seconds each."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from bench.keys import compared, keys_pressed, late, site
from bench.rows import Benchmark, Tell
from ivrkit.errors import CarrierError
from ivrkit.testing import load
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.databases import PrivatePostgreSQL

NAME = "slow-lookups"
CALLS, QUICK_CALLS = 50, 5
"""Callers who press keys."""
WAITING, QUICK_WAITING = 100, 5
"""Callers who wait for look-ups."""
NUMBER = "921"
LOOKUPS = 10
LOOKUP = f"""\
ivrkit: 1
flow: waiting
language: en
variables: {{found: digits}}
on_error: out
sections:
  main:
    - answer
    - repeat: {LOOKUPS}
      do:
        - database: {{source: slow, query: "select 7 from pg_sleep(2)", take: value, into: found}}
          exits: {{not_found: out}}
      exits: {{used_up: out}}
  out:
    - log: "{{{{ found }}}}"
    - hangup
"""


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """Turns with look-ups and without, one after the other. Raises IvrkitError."""
    calls, waiting = (QUICK_CALLS, QUICK_WAITING) if quick else (CALLS, WAITING)
    with PrivatePostgreSQL() as server:
        source = {"connection": server.connection, "pool": waiting, "at_once": waiting}
        settings = {"connectors": {"database": {"slow": source}}}
        flows, numbers = {"waiting": LOOKUP}, {NUMBER: "waiting"}
        async with site(folder, flows, numbers, settings) as (asterisk, _):
            await keys_pressed(asterisk, min(calls, 20))
            quiet, busy = [], []
            for number in range(1, rounds + 1):
                quiet.append(await keys_pressed(asterisk, calls))
                busy.append(await _beside_lookups(asterisk, calls, waiting))
                tell(
                    f"{number}/{rounds} keys late by {late(busy[-1]):.1f} ms beside look-ups, "
                    f"{late(quiet[-1]):.1f} ms without (99 of 100)"
                )
    rows = compared("the same without look-ups", busy, quiet)
    data = {"calls": calls, "waiting": waiting, "keys": sum(map(len, busy))}
    title = f"Keys of {calls} calls while {waiting} others wait for look-ups of 2 s"
    return Benchmark(NAME, title, "ms", rows, data)


async def _beside_lookups(asterisk: PrivateAsterisk, calls: int, waiting: int) -> list[float]:
    """The delays of keys, all pressed while the others wait. Raises CarrierError."""
    placed = load.Load(NUMBER, waiting, 50.0, (load.Pause(2.0 * LOOKUPS + 5),))
    lookups = asyncio.create_task(load.place(placed, asterisk.sip_port))
    try:
        await asyncio.sleep(waiting / 50.0 + 1)
        delays = await keys_pressed(asterisk, calls)
        if lookups.done():
            raise CarrierError("the look-ups were over before the keys")
        return delays
    finally:
        lookups.cancel()
        with suppress(asyncio.CancelledError):
            await lookups
