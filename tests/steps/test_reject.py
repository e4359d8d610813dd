"""``reject``: the call is not taken, and the network hears why."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench


@pytest.mark.parametrize(
    ("reason", "cause", "sip"),
    [
        ("busy", 17, None),
        ("unavailable", 20, None),
        ("declined", 21, None),
        ("{cause: 34}", 34, None),
        ("{sip: 603}", 21, 603),
    ],
)
async def test_the_reason(bench: Bench, reason: str, cause: int, sip: int | None) -> None:
    await bench.call(f"sections: {{main: [{{reject: {reason}}}, {{log: never}}]}}")
    assert await bench.ended() == "flow"
    caller = bench.channel.caller
    assert (caller.cause, caller.sip, caller.answered) == (cause, sip, False)
    assert bench.notes == []


async def test_an_answered_call_is_hung_up(bench: Bench) -> None:
    await bench.call("sections: {main: [answer, {reject: busy}]}")
    assert await bench.ended() == "flow"
    assert bench.channel.caller.cause == 16


async def test_a_reason_that_is_none(bench: Bench) -> None:
    await bench.call("""
    variables: {code: number}
    sections:
      main:
        - reject: {cause: "{{ code }}"}
    """)
    assert await bench.ended() == "error"
    assert bench.failures == ["expression"]
