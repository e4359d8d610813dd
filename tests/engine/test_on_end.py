"""What comes while ``on_end`` runs: the news of a hang-up, time limits, another engine."""

from __future__ import annotations

import pytest

from ivrkit.call.channel import HungUp
from tests.engine.conftest import Bench
from tests.engine.lookup import Lookup, Post, reader_with_lookup


@pytest.fixture
def lookup(bench: Bench) -> Bench:
    bench.reader = reader_with_lookup()
    Lookup.ended.clear()
    Post.ended.clear()
    return bench


ENDS = """
    on_end: wrap-up
    sections:
      main: [answer, {wait: 1s}, hangup]
      wrap-up:
        - lookup: 2s
          exits: {not_found: next}
        - log: kept
"""


async def test_the_news_that_the_channel_is_gone_breaks_nothing_off(lookup: Bench) -> None:
    """Asterisk tells of the hang-up that the flow itself has asked for, once ``on_end`` runs."""
    await lookup.call(ENDS)
    await lookup.ended()
    assert lookup.notes == ["kept"]
    assert Lookup.ended == ["done"]


async def test_a_hang_up_may_be_told_twice(lookup: Bench) -> None:
    await lookup.call(ENDS)
    runner = next(iter(lookup.simulation.engine.live().values()))
    await lookup.hang_up()
    runner.mailbox.put(HungUp(16))
    assert await lookup.ended() == "caller"
    assert lookup.notes == ["kept"]


LIMITED = """
    on_end: wrap-up
    exits: {not_found: next, timeout: next}
    sections:
      main: [answer, {wait: {for: 1s, timeout: 5s}}]
      wrap-up:
        - lookup: {lasts: 20s, timeout: 2s}
        - repeat: {most: 3, timeout: 3s}
          do:
            - lookup: 2s
        - log: kept
"""


async def test_steps_of_on_end_may_have_limits(lookup: Bench) -> None:
    await lookup.call(LIMITED)
    await lookup.after(5.9)
    assert lookup.notes == []
    await lookup.after(0.2)
    assert lookup.notes == ["kept"]


INNER = """
    on_end: [{log: inner end}, return, {log: not this}]
    sections:
      main: [{wait: 1m}]
"""


@pytest.mark.parametrize("run", ["run: {flow: inner}", "run: around"])
async def test_return_in_on_end_ends_it_and_comes_back_nowhere(bench: Bench, run: str) -> None:
    await bench.call(
        f"""
        on_end: [{{log: outer end}}]
        sections:
          main: [answer, {{{run}}}, {{log: behind}}]
          around: [{{run: {{flow: inner}}}}]
        """,
        flows={"inner": INNER},
    )
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert bench.notes == ["inner end", "outer end"]


async def test_on_end_of_a_flow_that_ran_beside_outlives_the_engine(lookup: Bench) -> None:
    await lookup.call(
        """
        on_end: [{log: outer end}]
        sections:
          main:
            - answer
            - wait: {for: 1m, meanwhile: [{run: {flow: inner}}]}
        """,
        flows={
            "inner": """
            on_end:
              - lookup: 5s
                exits: {not_found: next}
              - log: inner end
            sections:
              main: [{wait: 1m}]
            """
        },
    )
    await lookup.after(1)
    await lookup.hang_up()
    await lookup.after(1)
    await lookup.die()
    await lookup.recover()
    await lookup.ended()
    assert lookup.notes == ["inner end", "outer end"]
