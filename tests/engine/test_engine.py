"""Calls come in: taken, refused, or sent back."""

from __future__ import annotations

from ivrkit.engine.offering import MOST_VERSIONS, sets_of
from tests.engine.conftest import Bench

NEEDY = """
    params: {desk: {choice: [sales, service]}}
    sections:
      main:
        - log: "{{ desk }}"
"""


async def test_a_flow_gets_what_its_number_gives(bench: Bench) -> None:
    await bench.call(NEEDY, arguments={"desk": "sales"})
    assert bench.notes == ["sales"]


async def test_a_call_that_cannot_begin_is_sent_back(bench: Bench) -> None:
    """A mistake in ``with:`` of a number must not reach the reader of the carrier's events."""
    await bench.call(NEEDY, arguments={"desk": "nobody"})
    assert not bench.simulation.engine.live()
    assert bench.channel.caller.cause == 17
    assert bench.events == []


async def test_what_was_worked_out_for_old_versions_is_forgotten(bench: Bench) -> None:
    await bench.call("""
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main: [answer, {menu: {keys: {1: next}}}]
    """)
    engine = bench.simulation.engine
    for number in range(100):
        object.__setattr__(bench.version, "hash", f"version-{number}")
        bench.simulation.call("800")
    await bench.settle()
    assert len(engine.live()) == 101
    assert sets_of.cache_info().currsize == MOST_VERSIONS
