"""A call's mailbox."""

from __future__ import annotations

import pytest

from ivrkit.call.channel import Gap, HungUp, KeyPressed, PlaybackEnded, Returned
from ivrkit.call.events import Interruption
from ivrkit.engine.clock import RealClock
from ivrkit.engine.interrupts import HangUp, LimitReached
from ivrkit.engine.mailbox import Mailbox
from ivrkit.input.buffer import TypeAhead
from tests.engine.conftest import Bench


async def test_among_several_at_once_the_hang_up_comes_first() -> None:
    mailbox = Mailbox(RealClock(), TypeAhead())
    mailbox.limit = 0.0
    with pytest.raises(LimitReached):
        mailbox.check()
    mailbox.put(KeyPressed("1"))
    mailbox.put(HungUp(17))
    with pytest.raises(HangUp) as raised:
        mailbox.check()
    assert raised.value.cause == 17


async def test_events_wait_in_order_for_whoever_asks_for_their_kind() -> None:
    mailbox = Mailbox(RealClock(), TypeAhead())
    mailbox.put(PlaybackEnded("a"))
    mailbox.put(Returned())
    mailbox.put(PlaybackEnded("b"))
    assert mailbox.take((Returned,)) == Returned()
    assert mailbox.take((PlaybackEnded,)) == PlaybackEnded("a")
    assert mailbox.take(()) is None
    assert mailbox.take((PlaybackEnded,)) == PlaybackEnded("b")


async def test_a_wait_for_no_time_is_not_counted() -> None:
    clock = RealClock()
    mailbox = Mailbox(clock, TypeAhead())
    assert not await mailbox.wait(clock.time())
    assert mailbox.waits == 0
    assert not await mailbox.wait(clock.time() + 0.001)
    assert mailbox.waits == 1


async def test_a_gap_of_the_carrier_is_in_the_trace(bench: Bench) -> None:
    await bench.call("sections: {main: [answer, {wait: 5s}]}")
    (runner,) = bench.simulation.engine.live().values()
    runner.mailbox.put(Gap())
    assert await bench.ended() == "flow"
    assert len(bench.of(Interruption)) == 1
