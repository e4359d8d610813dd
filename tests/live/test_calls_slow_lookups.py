"""A hundred callers who wait for a slow database at once, and one who presses keys: none of the
keys waits for a look-up."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Asked, Ended, Entered, Left, Pressed, TraceEvent
from ivrkit.service.site import Site
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.databases import PrivatePostgreSQL
from ivrkit.testing.load import Load, Pause, place
from tests.live.harness import exchange_of, own_flows

pytestmark = [pytest.mark.live, pytest.mark.alone, pytest.mark.asyncio(loop_scope="session")]

CALLS, LOOKUPS, KEYS = 100, 6, 10
WAITING = f"""\
ivrkit: 1
flow: waiting
language: en
variables: {{found: number}}
on_error: out
sections:
  main:
    - answer
    - repeat: {LOOKUPS}
      do:
        - database:
            source: slow
            query: select 7 from pg_sleep(2)
            take: value
            into: found
            timeout: 30s
          exits: {{not_found: out}}
    - goto: out
  out:
    - hangup
"""
KEYPAD = """\
ivrkit: 1
flow: keypad
language: en
exits: {no_input: out, no_match: out}
sections:
  main:
    - answer
    - menu:
        prompt: Press one, or nine.
        keys: {1: again, 9: out}
        first_digit: 30s
  out:
    - hangup
"""


class Lookups:
    """Which calls are inside a look-up, as the trace tells it."""

    def __init__(self, site: Site) -> None:
        self.inside: set[str] = set()
        self.pressed: list[set[str]] = []
        """For each key that was taken: those who waited when it was pressed, and still wait."""
        self.waited: set[str] = set()
        site.engine.subscribe(self.hear)

    def hear(self, call_id: str, event: TraceEvent) -> None:
        """A trace event of any call."""
        if isinstance(event, Entered) and event.verb == "database":
            self.inside.add(call_id)
        elif isinstance(event, Left):
            self.inside.discard(call_id)
            self.waited.discard(call_id)
        elif isinstance(event, Pressed):
            self.pressed.append(set(self.waited))


async def test_no_key_waits_for_a_look_up(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    with PrivatePostgreSQL() as server:
        source = {"connection": server.connection, "pool": CALLS, "at_once": CALLS}
        flows = {"waiting": WAITING, "keypad": KEYPAD}
        own = own_flows(tmp_path, flows, {"database": {"slow": source}})
        async with exchange_of(asterisk, tmp_path / "site", 7, **own) as (exchange, site):
            lookups = Lookups(site)
            crowd = asyncio.create_task(
                place(Load("7700", CALLS, 50, (Pause(1),)), asterisk.sip_port)
            )
            async with exchange.calling("7701") as call:
                await call.until_asked("Press one")
                await exchange.traces.until(
                    lambda: True if len(lookups.inside) == CALLS else None,
                    f"{CALLS} look-ups at once",
                )
                for _ in range(KEYS):
                    lookups.waited = set(lookups.inside)
                    await call.press("1")
                    await call.until(Pressed)
                await call.press("9")
                await call.ends()
            result = await crowd
    assert (result.succeeded, result.failed) == (CALLS, 0), result.errors
    assert len(lookups.pressed) == KEYS + 1
    assert all(lookups.pressed), "a key was taken only after the look-ups"
    others = [events for events in exchange.traces.calls.values() if events is not call.events]
    asked = [event for events in others for event in events if isinstance(event, Asked)]
    assert [event.exit for event in asked] == ["next"] * (CALLS * LOOKUPS)
    ends = [event.ended for events in others for event in events if isinstance(event, Ended)]
    assert ends == ["flow"] * CALLS
