"""The network between the driver and Asterisk: stalled, half closed, slow, refused, taken."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ivrkit.call.channel import (
    ChannelLocation,
    Gap,
    HungUp,
    KeyPressed,
    PartyProgress,
    PlaybackEnded,
    RecordingForm,
)
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.channels.ari.timings import Timings
from ivrkit.errors import CarrierLost
from ivrkit.testing.fake_asterisk import FakeAsterisk
from ivrkit.testing.fake_taps import FakeBridge
from ivrkit.testing.wire import Direction, Wire
from tests.channels.ari.support import NEVER, QUIET, SOON, Line, eventually, sound, uri


@asynccontextmanager
async def wired(
    asterisk: FakeAsterisk, timings: Timings = SOON, **settings: Any
) -> AsyncIterator[tuple[Line, Wire]]:
    """A carrier that reaches its Asterisk over a wire."""
    async with (
        Wire(f"http://127.0.0.1:{asterisk.port}") as wire,
        Line(asterisk, timings, url=wire.url, **settings) as line,
    ):
        yield line, wire


def asked(asterisk: FakeAsterisk, what: str) -> int:
    return len(asterisk.asked("POST", f"channels/.*/{what}"))


# ---- found out --------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["websocket", "http"])
@pytest.mark.parametrize("directions", [("up", "down"), ("up",), ("down",)])
async def test_a_stalled_connection_is_found_out(
    asterisk: FakeAsterisk, directions: tuple[Direction, ...], rest: str
) -> None:
    async with wired(asterisk, rest=rest) as (line, wire):
        channel = await line.call()
        wire.stall(*directions)
        # A command meanwhile waits for the next connection, and is done once.
        await channel.play("p1", [sound()])
        await eventually(lambda: Gap() in line.events[channel.id])
        assert line.carrier.client.away > 0
        wire.resume()
        asterisk.press(channel.id, "5")
        await eventually(lambda: KeyPressed("5", 100) in line.events[channel.id])
        assert asked(asterisk, "play/p1") >= 1
        assert len(asterisk.channels[channel.id].playbacks) == 1


async def test_what_was_pressed_in_a_gap_is_lost_and_the_gap_is_told(
    asterisk: FakeAsterisk,
) -> None:
    async with wired(asterisk) as (line, wire):
        channel = await line.call()
        wire.stall()
        asterisk.press(channel.id, "1")
        await eventually(lambda: line.events[channel.id])
        wire.resume()
        asterisk.press(channel.id, "2")
        await line.heard(channel, Gap(), KeyPressed("2", 100))


@pytest.mark.parametrize("direction", ["up", "down"])
async def test_a_half_closed_connection_is_made_anew(
    asterisk: FakeAsterisk, direction: Direction
) -> None:
    async with wired(asterisk) as (line, wire):
        channel = await line.call()
        wire.half_close(direction)
        await line.reconnected(1)
        await line.heard(channel, Gap())
        await channel.answer()
        assert asterisk.channels[channel.id].state == "Up"


async def test_a_stalled_second_socket_holds_up_nobody_for_long(asterisk: FakeAsterisk) -> None:
    timings = dataclasses.replace(QUIET, reply=0.2)
    async with wired(asterisk, timings) as (line, wire):
        channel = await line.call()
        wire.stall(what=("commands",))
        await channel.answer()
        assert asterisk.channels[channel.id].state == "Up"
        assert asterisk.asked("POST", "channels/.*/answer")[-1].way == "http"
        await channel.set_variables({"A": "1"})
        assert line.events[channel.id] == []


async def test_a_second_socket_that_fell_silent_is_found_out_by_itself(
    asterisk: FakeAsterisk,
) -> None:
    async with wired(asterisk) as (line, wire):
        wire.stall(what=("commands",))
        link = line.carrier.client._commands
        await eventually(lambda: not link.ready.is_set())
        await eventually(link.ready.is_set)
        assert line.carrier.client.is_connected


async def test_bytes_that_trickle_make_whole_messages(asterisk: FakeAsterisk) -> None:
    async with wired(asterisk, QUIET) as (line, wire):
        channel = await line.call()
        wire.rate = 8000.0
        asterisk.press(channel.id, "123")
        await line.heard(channel, *(KeyPressed(key, 100) for key in "123"))
        await channel.answer()


# ---- late, and never ----------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["websocket", "http"])
async def test_late_answers_break_nothing_and_double_nothing(
    asterisk: FakeAsterisk, rest: str
) -> None:
    # The watch over a playback begins when Asterisk has agreed to play it.
    timings = dataclasses.replace(QUIET, first=0.02, probe=0.02)
    async with wired(asterisk, timings, rest=rest) as (line, wire):
        channel = await line.call()
        wire.late = 0.1
        await channel.answer()
        playing = asyncio.ensure_future(channel.play("p1", [sound()]))
        await eventually(lambda: asterisk.asked("POST", "channels/.*/play/p1"))
        asterisk.press(channel.id, "1")
        await playing
        await channel.stop("p1")
        await channel.record("r1", RecordingForm())
        await line.heard(channel, KeyPressed("1", 100), PlaybackEnded("p1", by="stop"))
        for what in ("answer", "play/p1", "record"):
            assert asked(asterisk, what) == 1


@pytest.mark.parametrize("rest", ["websocket", "http"])
async def test_an_answer_that_never_comes(asterisk: FakeAsterisk, rest: str) -> None:
    async with wired(asterisk, dataclasses.replace(QUIET, reply=0.3), rest=rest) as (line, wire):
        channel = await line.call()
        swallowed: list[bytes] = []

        def swallow(answer: bytes) -> bool:
            first = b'"p1"' in answer.replace(b"\\", b"") and not swallowed
            swallowed.extend([answer] if first else [])
            return first

        wire.swallow = swallow
        playing = asyncio.ensure_future(channel.play("p1", [sound()]))
        await eventually(lambda: asterisk.asked("POST", "channels/.*/play/p1"))
        await asyncio.wait_for(playing, 10)
        assert asked(asterisk, "play/p1") == 1
        assert swallowed
        asterisk.finish("p1")
        await eventually(lambda: PlaybackEnded("p1") in line.events[channel.id])


async def test_what_asterisk_has_never_heard_of_is_sent_again(asterisk: FakeAsterisk) -> None:
    async with wired(asterisk) as (line, wire):
        channel = await line.call()
        wire.stall("up")
        await channel.play("p1", [sound()])
        await channel.record("r1", RecordingForm())
        assert list(asterisk.channels[channel.id].playbacks) == ["p1"]
        assert list(asterisk.recordings) == ["r1"]


async def test_a_recording_whose_answer_was_lost_is_taken_up(asterisk: FakeAsterisk) -> None:
    async with wired(asterisk, QUIET) as (line, wire):
        channel = await line.call()
        asterisk.hold("POST", f"channels/{channel.id}/record")
        begun = asyncio.ensure_future(channel.record("r1", RecordingForm()))
        await eventually(lambda: "r1" in asterisk.recordings)
        wire.cut()
        await begun
        asterisk.recorded("r1", duration=2)
        await eventually(lambda: len(line.events[channel.id]) == 2)
        assert list(asterisk.recordings) == ["r1"]


async def test_a_call_that_has_left_though_the_answer_was_lost(asterisk: FakeAsterisk) -> None:
    """Where it is told a second time to leave, Asterisk says that it is not here any more: that is
    no hang-up."""
    async with wired(asterisk, QUIET) as (line, wire):
        channel = await line.call()
        await channel.subscribe()
        lost = asterisk.hold("POST", f"channels/{channel.id}/continue", lost=True)
        late = asterisk.hold("GET", f"channels/{channel.id}")
        leaving = asyncio.ensure_future(channel.leave("ivrkit-queue"))
        await eventually(lambda: asked(asterisk, "continue") == 1)
        wire.cut()
        await eventually(lambda: asterisk.asked("GET", f"channels/{channel.id}"))
        # It was answered that it is still here, and leaves only now.
        asterisk.disallowed.add("StasisEnd")
        asterisk.left(asterisk.channels[channel.id])
        late.set()
        await leaving
        assert (await channel.locate()).where is ChannelLocation.ELSEWHERE
        assert asked(asterisk, "continue") == 2
        assert line.events[channel.id] == [Gap()]
        lost.set()


# ---- away for a while -------------------------------------------------------------------------


async def test_who_lets_go_of_something_waits_for_nobody(asterisk: FakeAsterisk) -> None:
    """A stop, a hang-up: done when Asterisk can be reached again, before anything else is."""
    async with wired(asterisk, QUIET) as (line, wire):
        one, other = await line.call(), await line.call()
        await one.play("p1", [sound()])
        await other.start_music()
        wire.refuse()
        wire.cut()
        await eventually(lambda: not line.carrier.client.is_connected)
        assert "Asterisk is away: " in line.carrier.problem
        await one.stop("p1")
        await other.stop_music()
        await other.hang_up()
        assert "p1" in asterisk.playbacks
        await wire.accept()
        await eventually(lambda: other.id not in asterisk.channels)
        await eventually(lambda: len(line.events[one.id]) == 2)
        assert Gap() in line.events[one.id]
        assert PlaybackEnded("p1", by="stop") in line.events[one.id]
        assert line.carrier.problem == ""


async def test_patience_counts_from_the_loss_of_the_connection(asterisk: FakeAsterisk) -> None:
    async with wired(asterisk, dataclasses.replace(QUIET, patience=NEVER)) as (line, wire):
        channel = await line.call()
        wire.refuse()
        wire.cut()
        link = line.carrier.client._events
        await eventually(lambda: link.lost_at)
        assert link.lost_at is not None
        link.lost_at -= NEVER  # so long ago
        with pytest.raises(CarrierLost, match="away for too long"):
            await channel.play("p1", [sound()])
        await wire.accept()
        await line.reconnected(1)
        await channel.play("p2", [sound()])
        assert list(asterisk.playbacks) == ["p2"]


async def test_a_prompt_that_had_the_time_to_end_in_the_gap_was_heard(
    asterisk: FakeAsterisk,
) -> None:
    async with wired(asterisk, QUIET) as (line, wire):
        channel = await line.call()
        await channel.play("short", [sound(seconds=0.0)])
        await channel.play("long", [sound(seconds=60.0)])
        for playback in ("short", "long"):
            asterisk.finish(playback, told=False)
        wire.cut()
        await eventually(lambda: len(line.events[channel.id]) == 3)
        assert set(line.events[channel.id]) == {
            Gap(),
            PlaybackEnded("short", ok=True, by="gap"),
            PlaybackEnded("long", ok=False, by="gap"),
        }


async def test_who_began_to_talk_in_the_gap_and_who_is_done(asterisk: FakeAsterisk) -> None:
    async with wired(asterisk, QUIET) as (line, wire):
        asterisk.functions["X"] = ""
        channel, agent = await line.call(), await line.call()
        await channel.subscribe()
        await channel.leave("ivrkit-queue")
        bridge = asterisk.taps.bridges["b"] = FakeBridge("b", "talk")
        bridge.channels = [channel.id, agent.id]
        wire.cut()
        party = f"PJSIP/caller-{agent.id}"
        await line.heard(channel, Gap(), PartyProgress("connected", party, agent.id))
        bridge.channels = [agent.id]
        wire.cut()
        await line.heard(channel, Gap(), PartyProgress("gone", "", agent.id))


async def test_calls_of_an_asterisk_that_is_another_now_are_lost(asterisk: FakeAsterisk) -> None:
    async with wired(asterisk, QUIET) as (line, _):
        channel = await line.call()
        await asterisk.stop()
        asterisk.channels.clear()
        await asterisk.start()
        await line.heard(channel, Gap(), HungUp(16, by="lost"))


# ---- taken by somebody else -------------------------------------------------------------------


async def test_the_owner_takes_its_name_back(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    timings = dataclasses.replace(QUIET, contested=0.02)
    async with Line(asterisk, timings) as line:
        channel = await line.call()
        lease = ["held"]  # for a moment
        stranger = AriCarrier(asterisk.settings(), uri, timings=timings, owns=lambda: bool(lease))
        await stranger.start(lambda arrival: pytest.fail("these calls are not its own"))
        lease.clear()
        try:
            await eventually(lambda: Gap() in line.events[channel.id])
            await eventually(lambda: "another engine owns ivrkit" in caplog.text)
            assert "something else has connected" in caplog.text
            await eventually(lambda: "another engine owns ivrkit;" in stranger.problem)
            asterisk.press(channel.id, "1")
            await eventually(lambda: KeyPressed("1", 100) in line.events[channel.id])
        finally:
            await stranger.stop()


async def test_calls_that_asterisk_hangs_up_because_it_ends_are_lost(
    asterisk: FakeAsterisk,
) -> None:
    async with Line(asterisk) as line:
        channel = await line.call()
        fake = asterisk.channels[channel.id]
        asterisk.emit("ChannelHangupRequest", channel=fake.model(), cause=4, soft=True)
        await line.heard(channel, HungUp(16, by="lost"))


async def test_two_that_take_it_from_each_other_do_so_ever_less_often(
    asterisk: FakeAsterisk,
) -> None:
    timings = dataclasses.replace(QUIET, contested=0.02, contested_limit=600.0)
    async with Line(asterisk, timings) as one, Line(asterisk, timings) as other:
        await eventually(lambda: asterisk.connects >= 6)
        pauses = (line.carrier.client._events._contested._next for line in (one, other))
        assert min(pauses) > 0.02
