from __future__ import annotations

import asyncio
import dataclasses

import pytest

from ivrkit.call.channel import Gap, HungUp, KeyPressed, PlaybackEnded, Returned
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import NEVER, QUIET, Line, eventually, sound


async def test_a_gap_in_which_nothing_happened(line: Line) -> None:
    channel = await line.call()
    await channel.play("p1", [sound()])
    await line.asterisk.drop()
    await line.heard(channel, Gap())
    line.asterisk.finish("p1")
    await line.heard(channel, PlaybackEnded("p1"))


async def test_an_end_that_the_answer_overtakes_is_the_one_that_counts(
    asterisk: FakeAsterisk,
) -> None:
    async with Line(asterisk, dataclasses.replace(QUIET, overtaken=NEVER)) as line:
        channel = await line.call()
        await channel.play("p1", [sound()])
        playback = asterisk.playbacks["p1"]
        asterisk.finish("p1", told=False)
        await asterisk.drop()
        await eventually(lambda: asterisk.asked("GET", "playbacks/p1"))
        asterisk.emit("PlaybackFinished", playback=playback.model("done"))
        await line.heard(channel, Gap(), PlaybackEnded("p1"))


async def test_a_playback_that_ended_in_the_gap(line: Line) -> None:
    channel = await line.call()
    await channel.play("p1", [sound()])
    line.asterisk.finish("p1", told=False)
    await line.asterisk.drop()
    await line.heard(channel, Gap(), PlaybackEnded("p1", ok=False, by="gap"))
    assert not line.carrier.channels_by_playback


async def test_a_caller_who_hung_up_in_the_gap(line: Line) -> None:
    channel = await line.call()
    await channel.play("p1", [sound()])
    line.asterisk.vanish(channel.id)
    await line.asterisk.drop()
    ended = PlaybackEnded("p1", ok=False, by="failed")
    await line.heard(channel, Gap(), HungUp(16, by="gap"), ended)
    assert not line.carrier.channels_by_id


async def test_a_call_that_came_back_in_the_gap(line: Line) -> None:
    channel = await line.call()
    await channel.subscribe()
    await channel.leave("ivrkit-queue")
    fake = line.asterisk.channels[channel.id]
    await line.settled()
    fake.here, fake.arguments = True, ("back",)
    await line.asterisk.drop()
    await line.heard(channel, Gap(), Returned(("back",)))


async def test_a_call_that_is_still_away_after_the_gap(line: Line) -> None:
    channel = await line.call()
    await channel.subscribe()
    await channel.leave("ivrkit-queue")
    await line.asterisk.drop()
    await line.heard(channel, Gap())
    # The last question of the comparison.
    await eventually(lambda: line.asterisk.asked("GET", "applications/ivrkit"))
    line.asterisk.press(channel.id, "1")
    line.asterisk.back(channel.id)
    await line.heard(channel, Returned(("back",)))


async def test_a_call_that_was_taken_in_the_gap(line: Line) -> None:
    channel = await line.call()
    line.asterisk.channels[channel.id].here = False
    line.asterisk.channels[channel.id].subscriptions = 1
    await line.asterisk.drop()
    await line.heard(channel, Gap(), HungUp(16, by="taken"))


async def test_a_call_that_came_when_the_connection_broke(line: Line) -> None:
    """Asterisk took it into Stasis, and the event was lost on the way."""
    line.asterisk.disallowed.add("StasisStart")
    name = line.asterisk.call(arguments=("flow=bank",))
    await line.settled()
    await line.asterisk.drop()
    await eventually(lambda: name in line.carrier.channels_by_id)
    assert [arrival.arguments for arrival in line.arrivals] == [("flow=bank",)]
    line.asterisk.press(name, "1")
    await line.heard(line.carrier.channels_by_id[name], KeyPressed("1", 100))


async def test_a_comparison_that_fails_is_repeated() -> None:
    async with FakeAsterisk() as asterisk, Line(asterisk) as line:
        object.__setattr__(line.carrier.client.timings, "grace", 0.01)
        channel = await line.call()
        line.asterisk.vanish(channel.id)
        asterisk.fail("GET", "channels", 500, times=2)
        await asterisk.drop()
        await eventually(lambda: HungUp(16, by="gap") in line.events[channel.id])


async def test_a_restarted_asterisk_has_hung_up_everybody(line: Line) -> None:
    channel = await line.call()
    before = line.asterisk.connects
    await line.asterisk.stop()
    line.asterisk.channels.clear()
    line.asterisk.disallowed.clear()
    await line.asterisk.start()
    await line.reconnected(before)
    await line.heard(channel, Gap(), HungUp(16, by="lost"))
    assert "ChannelVarset" in line.asterisk.disallowed


async def test_a_command_waits_for_the_connection(line: Line) -> None:
    channel = await line.call()
    before = line.asterisk.connects
    await line.asterisk.drop()
    await eventually(lambda: not line.carrier.client.is_connected)
    await channel.answer()
    assert line.asterisk.channels[channel.id].state == "Up"
    assert line.asterisk.connects == before + 1


@pytest.mark.parametrize("known", [True, False])
async def test_a_playback_whose_answer_was_lost(known: bool) -> None:
    async with FakeAsterisk() as asterisk, Line(asterisk) as line:
        channel = await line.call()
        asterisk.hold("POST", f"channels/{channel.id}/play/p1")
        playing = asterisk.asked
        task = asyncio.ensure_future(channel.play("p1", [sound()]))
        # Asterisk has told that it begins: it is not told to play it once more.
        await eventually(
            lambda: "p1" in channel.playbacks and channel.playbacks._running["p1"].started
        )
        if not known:
            asterisk.finish("p1", told=False)
        await asterisk.drop()
        await task
        if known:
            asterisk.finish("p1")
            await line.heard(channel, Gap(), PlaybackEnded("p1"))
        else:
            await eventually(lambda: len(line.events[channel.id]) == 2)
            assert Gap() in line.events[channel.id]
            assert PlaybackEnded("p1", ok=False, by="gap") in line.events[channel.id]
        assert len(playing("POST", f"channels/{channel.id}/play/p1")) == 1
