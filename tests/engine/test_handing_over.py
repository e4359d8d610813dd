"""Calls that stand still for another engine: nothing is lost that was pressed before, meanwhile
or afterwards."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from ivrkit.call.events import Asked, Ended, Resumed
from ivrkit.engine.handing_over import go_on
from ivrkit.qa.given import ConnectorUse, Given
from tests.engine.conftest import Bench

TYPES = """
    variables: {one: digits, two: digits}
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - collect: {into: one, prompt: Four digits., digits: 4, attempts: 3}
        - collect: {into: two, prompt: Four more., digits: 4}
        - log: "{{ one }} {{ two }}"
"""
WRITES = """
    on_error: hangup
    sections:
      main:
        - answer
        - menu: {prompt: Press one., keys: {1: pay, 2: other}, first_digit: 60s}
          exits: {no_input: hangup, no_match: hangup}
      pay:
        - database: {source: crm, execute: delete from people}
          exits: {unknown: hangup}
        - log: paid
      other:
        - say: The other.
"""


async def stand_still(bench: Bench) -> None:
    engine = bench.simulation.engine
    await engine.finish_writes()
    await engine.stand_still()


async def take_over(bench: Bench) -> None:
    """The next engine goes on."""
    bench.simulation.engine.save_standing()
    await bench.recover()


@settings(max_examples=40, deadline=None)
@examples(st.integers(0, 8), st.integers(0, 8))
async def test_every_key_counts_once(first: int, second: int) -> None:
    before, meanwhile, afterwards = sorted((first, second, 8))
    bench, keys = Bench(), "12345678"
    with bench.stack:
        await bench.call(TYPES)
        await bench.press(keys[:before])
        await stand_still(bench)
        await bench.press(keys[before:meanwhile])
        await take_over(bench)
        await bench.press(keys[meanwhile:afterwards])
        assert await bench.ended() == "flow"
        assert bench.notes == ["1234 5678"]
        await bench.simulation.stop()


async def test_what_was_judged_wrong_is_not_judged_again(bench: Bench) -> None:
    await bench.call(WRITES)
    await bench.press("9")
    await stand_still(bench)
    await take_over(bench)
    await bench.press("2")
    assert await bench.ended() == "flow"
    assert bench.pressed == [("9", "no_match"), ("2", "chosen")]


async def test_calls_go_on_where_nobody_comes(bench: Bench) -> None:
    await bench.call(TYPES)
    await bench.press("12")
    await stand_still(bench)
    await bench.press("34")
    assert await go_on(bench.simulation.engine) == 1
    await bench.press("5678")
    assert await bench.ended() == "flow"
    assert bench.notes == ["1234 5678"]
    assert len(bench.of(Resumed)) == 1


async def test_one_who_hangs_up_meanwhile_is_gone(bench: Bench) -> None:
    await bench.call(TYPES)
    await stand_still(bench)
    await bench.hang_up()
    await go_on(bench.simulation.engine)
    assert await bench.ended() == "caller"
    assert len(bench.of(Ended)) == 1


async def test_no_write_is_begun_before_a_hand_over_and_all_else_goes_on(bench: Bench) -> None:
    await bench.call(WRITES, given=Given(connectors={"database.crm": [ConnectorUse(Decimal(1))]}))
    await bench.simulation.engine.finish_writes()
    await bench.press("1")
    assert (bench.of(Asked), bench.simulation.engine.live()) == ([], {})
    await bench.simulation.engine.stand_still()
    await take_over(bench)
    assert await bench.ended() == "flow"
    assert bench.notes == ["paid"]
    assert [each.exit for each in bench.of(Asked)] == ["next"]


async def test_a_call_that_comes_meanwhile_is_left_to_the_next_engine(bench: Bench) -> None:
    await bench.call(TYPES)
    await stand_still(bench)
    bench.simulation.call("800", "+4930999")
    await bench.settle()
    assert bench.simulation.engine.live() == {}
    found = None
    bench.simulation.engine.save_standing()
    found = await bench.recover()
    assert (found.resumed, found.begun) == (1, 1)


async def test_calls_whose_channel_is_gone_take_no_other_with_them(bench: Bench) -> None:
    await bench.call(WRITES)
    await bench.after(1)
    first = bench.channel
    second = bench.simulation.call("800", "+4930124")
    await bench.settle()
    await stand_still(bench)
    first.attach(lambda event: None)  # the news is lost
    first.hang_up_by_caller()
    await bench.settle()
    assert await go_on(bench.simulation.engine) == 2
    await bench.settle()
    assert [runner.state.channel for runner in bench.simulation.engine.live().values()] == [
        second.id
    ]
