"""Recordings through the driver: each ends once, and what was said can be fetched."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ivrkit.call.channel import Gap, HungUp, KeyPressed, RecordingEnded, RecordingForm
from ivrkit.channels.ari.recordings import terminator
from ivrkit.errors import CarrierError, ChannelGone
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import QUIET, Line, eventually

NAME = "c1.2.0"
FORM = RecordingForm(60.0, 2.5, "#", True)


async def test_what_is_asked_of_asterisk(line: Line) -> None:
    channel = await line.call()
    await channel.record(NAME, FORM)
    assert line.asterisk.recordings[NAME].asked == {
        "name": NAME,
        "format": "wav",
        "maxDurationSeconds": 60,
        "maxSilenceSeconds": 3,
        "ifExists": "fail",
        "beep": True,
        "terminateOn": "#",
    }


@pytest.mark.parametrize(
    ("silence", "duration", "by"), [(3.0, 9, "silence"), (3.0, 60, "longest"), (0.0, 9, "end")]
)
async def test_why_it_ended(line: Line, silence: float, duration: int, by: str) -> None:
    channel = await line.call()
    await channel.record(NAME, replace(FORM, end_silence=silence))
    line.asterisk.recorded(NAME, b"sound", duration=duration)
    await line.heard(channel, RecordingEnded(NAME, True, by))


async def test_a_key_that_ends_it_is_told_to_nobody(line: Line) -> None:
    channel = await line.call()
    await channel.record(NAME, FORM)
    line.asterisk.press(channel.id, "5#")
    line.asterisk.recorded(NAME)
    line.asterisk.press(channel.id, "#")
    await line.heard(
        channel, KeyPressed("5", 100), RecordingEnded(NAME, True, "key"), KeyPressed("#", 100)
    )
    assert not line.asterisk.asked("POST", f"recordings/live/{NAME}/stop")


async def test_a_key_in_the_tone_that_asterisk_does_not_hear_ends_it_all_the_same(
    asterisk: FakeAsterisk,
) -> None:
    async with Line(asterisk, replace(QUIET, stopped=0.02)) as line:
        channel = await line.call()
        await channel.record(NAME, FORM)
        asterisk.press(channel.id, "#")
        await line.heard(channel, RecordingEnded(NAME, True, "key"))
        assert asterisk.asked("POST", f"recordings/live/{NAME}/stop")


async def test_keys_that_asterisk_does_not_know_of_are_ours_to_obey(line: Line) -> None:
    channel = await line.call()
    await channel.record(NAME, replace(FORM, end_keys="05"))
    assert line.asterisk.recordings[NAME].asked["terminateOn"] == "none"
    line.asterisk.press(channel.id, "#0")
    await line.heard(channel, KeyPressed("#", 100), RecordingEnded(NAME, True, "key"))


@pytest.mark.parametrize(
    ("keys", "said"),
    [("", "none"), ("#", "#"), ("*", "*"), ("0123456789*#", "any"), ("12", "none")],
)
def test_what_terminate_on_can_say(keys: str, said: str) -> None:
    assert terminator(keys) == said


async def test_it_is_stopped_fetched_and_erased(line: Line) -> None:
    channel = await line.call()
    await channel.record(NAME, FORM)
    await channel.stop_recording(NAME)
    await line.heard(channel, RecordingEnded(NAME, True, "stop"))
    line.asterisk.recordings[NAME].sound = b"RIFF\x00\xff"
    assert await channel.recorded(NAME) == b"RIFF\x00\xff"
    await channel.erase_recording(NAME)
    assert await channel.recorded(NAME) is None
    await channel.erase_recording(NAME)
    await channel.stop_recording(NAME)


async def test_a_hang_up_ends_it_and_what_was_said_is_there(line: Line) -> None:
    channel = await line.call()
    await channel.record(NAME, FORM)
    line.asterisk.hang_up(channel.id)
    await line.heard(channel, HungUp(16), RecordingEnded(NAME, True, "hangup"))
    fetching = asyncio.ensure_future(channel.recorded(NAME))
    await eventually(lambda: line.asterisk.asked("GET", f"recordings/live/{NAME}"))
    line.asterisk.recorded(NAME, b"what was said")
    assert await fetching == b"what was said"


async def test_one_that_another_engine_began_goes_on(line: Line) -> None:
    channel = await line.call()
    await channel.record(NAME, FORM)
    again = line.carrier.adopt(channel.id, line.events[channel.id].append)
    await again.record(NAME, FORM)
    line.asterisk.recorded(NAME, b"sound")
    await line.heard(channel, RecordingEnded(NAME, True, "silence"))


async def test_one_that_ended_meanwhile_is_there_at_once(line: Line) -> None:
    channel = await line.call()
    await channel.record(NAME, FORM)
    line.carrier.forget(channel)
    line.asterisk.recorded(NAME, b"sound")
    await line.settled()
    again = line.carrier.adopt(channel.id, line.events[channel.id].append)
    await again.record(NAME, FORM)
    await line.heard(channel, RecordingEnded(NAME, True, "gap"))
    assert await again.recorded(NAME) == b"sound"


async def test_one_that_ends_in_a_gap(line: Line, asterisk: FakeAsterisk) -> None:
    channel = await line.call()
    await channel.record(NAME, FORM)
    before = asterisk.connects
    asterisk.recorded(NAME, b"sound", told=False)
    await asterisk.drop()
    await line.reconnected(before)
    await line.heard(channel, Gap(), RecordingEnded(NAME, True, "gap"))


async def test_an_end_that_asterisk_forgets_to_tell(asterisk: FakeAsterisk) -> None:
    async with Line(asterisk, replace(QUIET, grace=0.02)) as line:
        channel = await line.call()
        await channel.record(NAME, replace(FORM, longest=0.01))
        asterisk.recorded(NAME, b"sound", told=False)
        await line.heard(channel, RecordingEnded(NAME, True, "watchdog"))


async def test_one_that_cannot_be_made(line: Line) -> None:
    channel = await line.call()
    await channel.record(NAME, FORM)
    failed = line.asterisk.recordings[NAME].model("failed", cause="no space left")
    line.asterisk.emit("RecordingFailed", recording=failed)
    await line.heard(channel, RecordingEnded(NAME, False, "failed"))


@pytest.mark.parametrize(("status", "error"), [(500, CarrierError), (404, ChannelGone)])
async def test_a_refusal_is_an_error_and_nothing_ends(
    line: Line, status: int, error: type[Exception]
) -> None:
    channel = await line.call()
    line.asterisk.fail("POST", f"channels/{channel.id}/record", status)
    with pytest.raises(error):
        await channel.record(NAME, FORM)
    line.asterisk.hang_up(channel.id)
    await line.heard(channel, HungUp(16))


async def test_a_channel_in_a_bridge_is_refused(line: Line) -> None:
    channel = await line.call()
    line.asterisk.fail("POST", f"channels/{channel.id}/record", 409)
    with pytest.raises(ChannelGone):
        await channel.record(NAME, FORM)


async def test_one_that_is_just_ending_is_stopped_already(line: Line) -> None:
    channel = await line.call()
    await channel.record(NAME, FORM)
    line.asterisk.fail("POST", f"recordings/live/{NAME}/stop", 409)
    await channel.stop_recording(NAME)
