"""``hangup``: the call is over, and ``on_end`` runs."""

from __future__ import annotations

import pytest

from ivrkit.errors import CarrierError, CarrierUnavailable
from tests.engine.conftest import Bench

FLOW = """
    on_end:
      - log: "over: {{ call.ended }}"
    exits: {no_input: hangup, no_match: hangup}
    keys: {9: hangup}
    sections:
      main:
        - answer
        - menu: {keys: {1: leave, 2: [{wait: 1h}]}}
      leave:
        - hangup
        - log: never
"""


@pytest.mark.parametrize("keys", ["1", "9"])
async def test_the_call_is_over(bench: Bench, keys: str) -> None:
    await bench.call(FLOW)
    await bench.press(keys)
    assert await bench.ended() == "flow"
    assert bench.notes == ["over: flow"]
    assert bench.channel.caller.cause == 16


@pytest.mark.parametrize("error", [CarrierError("no"), CarrierUnavailable("away")])
@pytest.mark.parametrize("keys", ["1", "9"])
async def test_a_carrier_that_refuses_keeps_nobody_from_the_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, keys: str, error: CarrierError
) -> None:
    async def refuse(cause: int = 16) -> None:
        raise error

    await bench.call(FLOW)
    monkeypatch.setattr(bench.channel, "hang_up", refuse)
    await bench.press(keys)
    assert await bench.ended() == "flow"
    assert bench.notes == ["over: flow"]
