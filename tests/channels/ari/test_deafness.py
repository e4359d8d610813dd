"""Connections that answer, over which no event comes: Asterisk has taken the application away."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from ivrkit.call.channel import Gap
from ivrkit.errors import CarrierUnavailable
from ivrkit.testing.fake_asterisk import Deafness, FakeAsterisk
from tests.channels.ari.support import QUIET, SOON, Line, eventually, sound


@pytest.mark.parametrize("how", ["unknown", "silent"])
async def test_a_connection_that_asterisk_sends_nothing_to_is_made_anew(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture, how: Deafness
) -> None:
    """It answers pings and requests, but the application is no longer this connection's."""
    async with Line(asterisk, SOON) as line:
        channel = await line.call()
        asterisk.deaf = how
        await eventually(lambda: not line.carrier.client.is_connected)
        asterisk.deaf = None
        await line.reconnected(1)
        assert "Asterisk sends no events; connecting anew" in caplog.text
        assert line.carrier.client.away > 0
        await line.heard(channel, Gap())


@pytest.mark.parametrize("how", ["unknown", "silent"])
async def test_a_gap_lasts_until_the_new_connection_is_heard(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture, how: Deafness
) -> None:
    """Asterisk may take the application away in the very moment in which it is taken."""
    async with Line(asterisk, dataclasses.replace(QUIET, probe=0.1, ping=0.1)) as line:
        channel = await line.call()
        asterisk.deaf = how
        before = asterisk.connects
        await asterisk.drop()
        await eventually(lambda: asterisk.connects > before + 2)
        assert not line.carrier.client.is_connected
        assert "Asterisk sends no events over the new connection" in caplog.text
        assert line.events[channel.id] == []
        asterisk.deaf = None
        await line.reconnected(1)
        await line.heard(channel, Gap())


async def test_what_waits_on_a_line_that_fell_silent_is_asked_anew(asterisk: FakeAsterisk) -> None:
    """It may be on its way still, and would be done a second time when it arrives."""
    async with Line(asterisk, dataclasses.replace(SOON, reply=120), rest="http") as line:
        channel = await line.call()
        asterisk.hold("POST", "channels/.*/play/p1", lost=True)
        playing = asyncio.create_task(channel.play("p1", [sound()]))
        asterisk.deaf = "silent"
        await eventually(lambda: not line.carrier.client.is_connected)
        asterisk.deaf = None
        await asyncio.wait_for(playing, 60)
        assert len(asterisk.channels[channel.id].playbacks) == 1


async def test_the_first_connection_may_be_deaf(asterisk: FakeAsterisk) -> None:
    """An older one of the same name is still ending."""
    asterisk.deaf = "unknown"
    async with asyncio.TaskGroup() as group:
        line = Line(asterisk)
        starting = group.create_task(line.carrier.start(line.receive))
        await eventually(lambda: asterisk.connects > 1)
        assert not starting.done()
        asterisk.deaf = None
    channel = await line.call()
    assert channel.id
    await line.carrier.stop()


async def test_an_asterisk_that_never_sends_an_event_is_told(asterisk: FakeAsterisk) -> None:
    asterisk.deaf = "silent"
    timings = dataclasses.replace(QUIET, probe=0.05, ping=0.05, backoff=0.01, reply=0.5)
    line = Line(asterisk, timings)
    with pytest.raises(CarrierUnavailable, match="sends no events over the new connection"):
        await line.carrier.start(line.receive)
    assert asterisk.connects > 1, "it was tried again"


async def test_a_connection_that_is_lost_before_it_was_heard_is_made_anew(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    """At once: nobody waits for the event of one that is gone."""
    asterisk.deaf = "silent"
    line = Line(asterisk, dataclasses.replace(QUIET, probe=60, ping=60))
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(line.carrier.start(line.receive))
        await eventually(lambda: asterisk.asked("POST", "events/user/.*"))
        asterisk.deaf = None
        await asterisk.drop()
    assert "the connection was lost before an event came" in caplog.text
    assert asterisk.connects > 1
    assert line.carrier.client.away == 0, "it never was there"
    await line.carrier.stop()


async def test_who_hears_other_events_is_not_deaf(asterisk: FakeAsterisk) -> None:
    """Those of a busy Asterisk may come before ours, which is late then."""
    async with Line(asterisk, dataclasses.replace(SOON, ping=1.0)) as line:
        channel = await line.call()
        asterisk.deaf = "silent"
        before, asked = asterisk.connects, len(asterisk.asked("POST", "events/user/.*"))
        while len(asterisk.asked("POST", "events/user/.*")) < asked + 2:
            asterisk.press(channel.id, "1")
            await asyncio.sleep(0.01)
        assert asterisk.connects == before
        assert Gap() not in line.events[channel.id]
