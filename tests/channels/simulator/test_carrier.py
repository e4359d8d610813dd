from __future__ import annotations

import pytest

from ivrkit.call.channel import Arrival, ChannelEvent, ChannelLocation, Deliver, SentBack
from ivrkit.channels.simulator.carrier import BUSY, SimulatedCarrier
from ivrkit.errors import CarrierError, CarrierUnavailable
from ivrkit.testing.clock import VirtualClock


class Site:
    def __init__(self, *, takes: bool = True) -> None:
        self.takes = takes
        self.arrivals: list[Arrival] = []
        self.events: list[ChannelEvent] = []

    def receive(self, arrival: Arrival) -> Deliver | SentBack:
        self.arrivals.append(arrival)
        return self.events.append if self.takes else SentBack.BUSY


async def test_a_call_comes_in() -> None:
    site, carrier = Site(), SimulatedCarrier(VirtualClock())
    await carrier.start(site.receive)
    channel = carrier.call("800", "+49", arguments=("flow=bank",), variables={"A": "1"})
    arrival = site.arrivals[0]
    assert (arrival.number, arrival.caller, arrival.arguments) == ("800", "+49", ("flow=bank",))
    assert not arrival.answered
    assert await channel.variable("A") == "1"
    located = (await carrier.channels())[channel.id]
    assert located.where is ChannelLocation.HERE
    assert located.arguments == ("flow=bank",)


async def test_a_call_that_is_not_taken_is_busy() -> None:
    carrier = SimulatedCarrier(VirtualClock())
    await carrier.start(Site(takes=False).receive)
    channel = carrier.call("800")
    assert channel.caller.cause == BUSY
    assert await carrier.channels() == {}


async def test_nobody_takes_calls() -> None:
    carrier = SimulatedCarrier(VirtualClock())
    with pytest.raises(CarrierUnavailable, match="nobody takes calls"):
        carrier.call("800")
    await carrier.start(Site().receive)
    await carrier.stop()
    with pytest.raises(CarrierUnavailable):
        carrier.call("800")


async def test_another_engine_adopts_a_channel() -> None:
    clock = VirtualClock()
    first, second, carrier = Site(), Site(), SimulatedCarrier(clock)
    await carrier.start(first.receive)
    channel = carrier.call("800")
    await carrier.stop()
    await carrier.start(second.receive)
    assert carrier.adopt(channel.id, second.events.append) is channel
    channel.hang_up_by_caller()
    await clock.sleep(0)
    assert first.events == []
    assert len(second.events) == 1
    with pytest.raises(CarrierError, match="never a channel"):
        carrier.adopt("nobody", second.events.append)


async def test_a_call_whose_session_was_lost_is_reported_again() -> None:
    site, carrier = Site(), SimulatedCarrier(VirtualClock())
    await carrier.start(site.receive)
    channel = carrier.call("800", "+49")
    assert await carrier.take(channel.id)
    assert [each.caller for each in site.arrivals] == ["+49", "+49"]
    channel.hang_up_by_caller()
    assert not await carrier.take(channel.id)
    assert not await carrier.take("nobody")
