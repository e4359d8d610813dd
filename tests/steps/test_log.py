"""``log``: a line of the trace, without secrets."""

from __future__ import annotations

from tests.engine.conftest import Bench


async def test_it_is_in_the_trace(bench: Bench) -> None:
    await bench.call("""
    sections:
      main:
        - log: "{{ call.from }} called {{ call.to }} by {{ call.path }}"
    """)
    await bench.ended()
    assert bench.notes == ["+4930123 called 800 by main"]


async def test_a_secret_is_refused(bench: Bench) -> None:
    await bench.call("""
    exits: {no_input: hangup, no_match: hangup}
    variables: {pin: secret}
    sections:
      main:
        - answer
        - collect: {into: pin, digits: 4}
        - log: "it was {{ pin }}"
          exits: {error: next}
        - log: behind
        - hangup
    """)
    await bench.press("4711")
    assert bench.notes == ["behind"]
    assert not any("4711" in repr(each) for each in bench.events)
