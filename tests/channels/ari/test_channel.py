from __future__ import annotations

import asyncio
import logging

import pytest

from ivrkit.call.channel import (
    Capability,
    ChannelLocation,
    Gap,
    HungUp,
    KeyPressed,
    PartyProgress,
    PlaybackEnded,
    Rejection,
    Returned,
)
from ivrkit.channels.ari.timings import Timings
from ivrkit.errors import CarrierError, ChannelGone, ValueRejected
from ivrkit.testing.fake_asterisk import FakeAsterisk
from ivrkit.testing.fake_channels import FakeChannel
from tests.channels.ari.support import NEVER, Line, eventually, sound


async def test_a_call_is_answered_and_hung_up(line: Line) -> None:
    channel = await line.call()
    await channel.ring()
    await channel.answer()
    assert line.asterisk.channels[channel.id].state == "Up"
    await channel.hang_up(17)
    await line.heard(channel, HungUp(17))


async def test_hanging_up_twice_is_no_error(line: Line) -> None:
    channel = await line.call()
    gone = line.asterisk.channels[channel.id].model()
    line.asterisk.vanish(channel.id)
    await channel.hang_up()
    line.asterisk.emit("ChannelDestroyed", channel=gone, cause=16)
    await line.heard(channel, HungUp(16))
    await channel.hang_up()


@pytest.mark.parametrize(
    ("rejection", "cause"),
    [(Rejection(17), 17), (Rejection(21, sip=486), 17), (Rejection(20, sip=699), 20)],
)
async def test_a_sip_status_becomes_the_cause_that_yields_it(
    line: Line, rejection: Rejection, cause: int
) -> None:
    channel = await line.call()
    await channel.reject(rejection)
    await line.heard(channel, HungUp(cause))


async def test_keys_are_reported_in_order(line: Line) -> None:
    channel = await line.call()
    line.asterisk.press(channel.id, "12#", 80)
    await line.heard(channel, KeyPressed("1", 80), KeyPressed("2", 80), KeyPressed("#", 80))


async def test_a_playback_ends_once(line: Line) -> None:
    channel = await line.call()
    await channel.play("p1", [sound("a"), sound("b")])
    request = line.asterisk.asked("POST", f"channels/{channel.id}/play/p1")[0]
    assert request.body == {"media": ["sound:/sounds/a", "sound:/sounds/b"]}
    playback = line.asterisk.playbacks["p1"]
    line.asterisk.finish("p1")
    for _ in range(2):
        line.asterisk.emit("PlaybackFinished", playback=playback.model("done"))
    await line.settled()
    await line.heard(channel, PlaybackEnded("p1"))


async def test_a_stopped_playback_says_so(line: Line) -> None:
    channel = await line.call()
    await channel.play("p1", [sound()])
    await channel.stop("p1")
    await line.heard(channel, PlaybackEnded("p1", by="stop"))
    await channel.stop("p1")


async def test_a_failed_playback_says_so(line: Line) -> None:
    channel = await line.call()
    await channel.play("p1", [sound()])
    line.asterisk.finish("p1", "failed")
    await line.heard(channel, PlaybackEnded("p1", ok=False, by="failed"))


async def test_a_playback_of_an_engine_that_died_can_be_stopped(line: Line) -> None:
    channel = await line.call()
    await channel.play("left-over", [sound()])
    other = line.carrier.adopt(channel.id, lambda event: None)
    await other.stop("left-over")
    assert not line.asterisk.playbacks


async def test_nothing_to_play_is_refused(line: Line) -> None:
    channel = await line.call()
    with pytest.raises(CarrierError):
        await channel.play("p1", [])


@pytest.mark.parametrize(("status", "error"), [(404, ChannelGone), (409, ChannelGone)])
async def test_a_channel_that_is_gone_is_no_crash(
    line: Line, status: int, error: type[Exception]
) -> None:
    channel = await line.call()
    line.asterisk.fail("POST", r"channels/.*", status, times=3)
    for command in (channel.answer(), channel.play("p", [sound()]), channel.ring()):
        with pytest.raises(error):
            await command
    assert not line.carrier.channels_by_playback


async def test_a_refusal_names_the_command(line: Line) -> None:
    channel = await line.call()
    line.asterisk.fail("POST", r"channels/.*", 500)
    with pytest.raises(CarrierError, match="answer: Asterisk answered 500") as caught:
        await channel.answer()
    assert not isinstance(caught.value, ChannelGone)


async def test_a_channel_that_has_hung_up_is_not_asked(line: Line) -> None:
    channel = await line.call()
    line.asterisk.hang_up(channel.id)
    await line.heard(channel, HungUp(16))
    asked = len(line.asterisk.requests)
    for command in (
        channel.answer(),
        channel.play("p", [sound()]),
        channel.variable("X"),
        channel.set_variables({"X": "1"}),
        channel.subscribe(),
        channel.leave(),
    ):
        with pytest.raises(ChannelGone):
            await command
    await channel.stop("p")
    await channel.hang_up()
    await channel.unsubscribe()
    assert (await channel.locate()).where is ChannelLocation.GONE
    assert len(line.asterisk.requests) == asked


async def test_a_hang_up_is_told_once_and_ends_what_plays(line: Line) -> None:
    channel = await line.call()
    await channel.play("p1", [sound()])
    line.asterisk.hang_up(channel.id, 31)
    await line.heard(channel, HungUp(31), PlaybackEnded("p1", ok=False, by="failed"))
    await line.settled()
    assert line.events[channel.id] == []
    assert not line.carrier.channels_by_id
    assert not line.carrier.channels_by_playback


async def test_a_hang_up_without_a_request_is_one_too(line: Line) -> None:
    channel = await line.call()
    line.asterisk.hang_up(channel.id, 19, request=False)
    await line.heard(channel, HungUp(19))


async def test_a_soft_hang_up_has_no_cause_of_its_own(line: Line) -> None:
    channel = await line.call()
    here = line.asterisk.channels[channel.id].model()
    line.asterisk.emit("ChannelHangupRequest", channel=here, soft=True, cause=64)
    line.asterisk.emit("ChannelHangupRequest", channel=here, soft=True, cause=32)
    await line.heard(channel, HungUp(16))


async def test_variables_are_set_and_read(line: Line) -> None:
    channel = await line.call()
    await channel.set_variables({"A": "1", "__B": 'x "y", z', "C": "größe"})
    assert await channel.variable("A") == "1"
    assert await channel.variable("B") == 'x "y", z'
    assert await channel.variable("C") == "größe"
    assert await channel.variable("D") is None
    await channel.set_variables({})


async def test_a_variable_of_a_channel_that_is_gone(line: Line) -> None:
    channel = await line.call()
    line.asterisk.vanish(channel.id)
    with pytest.raises(ChannelGone):
        await channel.variable("A")


async def test_an_older_asterisk_sets_one_variable_at_a_time() -> None:
    async with FakeAsterisk(version="18.26.4") as old, Line(old) as line:
        channel = await line.call()
        await channel.set_variables({"A": "1", "B": "2"})
        assert old.channels[channel.id].variables == {"A": "1", "B": "2"}
        assert len(old.asked("POST", r"channels/.*/variable")) == 2
        assert Capability.INHERITABLE_HEADERS not in channel.capabilities


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\x00b", "\x7f", "x" * 256])
async def test_a_value_that_would_become_a_header_is_refused(line: Line, value: str) -> None:
    channel = await line.call()
    with pytest.raises(ValueRejected) as caught:
        await channel.set_variables({"A": value})
    assert "Evil" not in str(caught.value)
    assert not line.asterisk.asked("POST", r"channels/.*/variables?")


async def test_music_is_started_and_stopped(line: Line) -> None:
    channel = await line.call()
    await channel.start_music("jazz & more")
    assert line.asterisk.channels[channel.id].music == "jazz & more"
    await channel.stop_music()
    assert line.asterisk.channels[channel.id].music is None


async def test_keys_of_a_call_that_is_away_are_dropped(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = await line.call()
    await channel.subscribe()
    await channel.leave("ivrkit-queue")
    assert line.asterisk.channels[channel.id].place == ("ivrkit-queue", "s", 1)
    line.asterisk.press(channel.id, "4711")
    line.asterisk.back(channel.id)
    line.asterisk.press(channel.id, "5")
    await line.heard(channel, Returned(("back",)), KeyPressed("5", 100))
    assert "4711" not in caplog.text
    assert "ChannelDtmf" not in caplog.text


async def test_commands_to_a_call_that_is_away_say_so(line: Line) -> None:
    channel = await line.call()
    await channel.subscribe()
    await channel.leave("ivrkit-queue")
    for command in (channel.play("p", [sound()]), channel.answer(), channel.leave()):
        with pytest.raises(CarrierError, match="other hands") as caught:
            await command
        assert not isinstance(caught.value, ChannelGone)
    assert (await channel.locate()).where is ChannelLocation.ELSEWHERE
    assert await channel.variable("QUEUESTATUS") is None


async def test_leaving_that_is_refused_leaves_it_here(line: Line) -> None:
    channel = await line.call()
    line.asterisk.fail("POST", r"channels/.*/continue", 500)
    with pytest.raises(CarrierError):
        await channel.leave()
    line.asterisk.press(channel.id, "1")
    await line.heard(channel, KeyPressed("1", 100))


async def test_leaving_is_over_when_it_has_left(asterisk: FakeAsterisk) -> None:
    """Asterisk says yes first and does it then: in between it would be found here."""
    asterisk.disallowed.add("StasisEnd")
    timings = Timings(first=NEVER, stopped=0.01)
    async with Line(asterisk, timings) as line:
        channel = await line.call()
        await channel.subscribe()
        fake = asterisk.channels[channel.id]
        asterisk.left = lambda channel: None  # type: ignore[method-assign]
        leaving = asyncio.ensure_future(channel.leave("ivrkit-queue"))
        await eventually(lambda: len(asterisk.asked("GET", f"channels/{channel.id}")) >= 2)
        assert not leaving.done()
        fake.here = False
        await leaving


async def test_one_that_is_still_on_its_way_out_is_not_here(line: Line) -> None:
    channel = await line.call()
    await channel.subscribe()
    await channel.leave("ivrkit-queue")
    line.asterisk.channels[channel.id].here = True
    assert (await channel.locate()).where is ChannelLocation.ELSEWHERE
    line.asterisk.back(channel.id)
    await line.heard(channel, Returned(("back",)))
    assert (await channel.locate()).where is ChannelLocation.HERE


async def test_a_call_that_is_back_before_it_had_left(line: Line) -> None:
    """A queue without agents: Asterisk has told all of it when the answer comes."""
    left = line.asterisk.left

    def bounced(channel: FakeChannel) -> None:
        left(channel)
        line.asterisk.back(channel.id)

    line.asterisk.left = bounced  # type: ignore[method-assign]
    channel = await line.call()
    await channel.subscribe()
    await channel.leave("ivrkit-queue")
    await line.heard(channel, Returned(("back",)))
    line.asterisk.press(channel.id, "1")
    await line.heard(channel, KeyPressed("1", 100))


async def test_a_caller_who_hangs_up_while_leaving(line: Line) -> None:
    channel = await line.call()
    line.asterisk.left = lambda channel: None  # type: ignore[method-assign]
    leaving = asyncio.ensure_future(channel.leave("ivrkit-queue"))
    await eventually(lambda: line.asterisk.channels[channel.id].place)
    line.asterisk.hang_up(channel.id)
    await leaving
    await line.heard(channel, HungUp(16))


@pytest.mark.parametrize("went", [True, False])
async def test_leaving_whose_answer_was_lost_is_looked_up(went: bool) -> None:
    async with FakeAsterisk() as asterisk, Line(asterisk) as line:
        channel = await line.call()
        await channel.subscribe()
        held = asterisk.hold("POST", f"channels/{channel.id}/continue", lost=not went)
        leaving = asyncio.ensure_future(channel.leave("ivrkit-queue"))
        asked = f"channels/{channel.id}/continue"
        await eventually(lambda: asterisk.asked("POST", asked))
        await asterisk.drop()
        await leaving
        held.set()
        assert len(asterisk.asked("POST", asked)) == (1 if went else 2)
        asterisk.press(channel.id, "1")
        asterisk.back(channel.id)
        await line.heard(channel, Gap(), Returned(("back",)))


async def test_what_happens_while_it_is_away(line: Line) -> None:
    channel = await line.call()
    await channel.subscribe()
    await channel.leave("ivrkit-queue")
    for status in ("", "RINGING", "NOANSWER", "", "BUSY", "", "CHANUNAVAIL", "", "ANSWER"):
        line.asterisk.dial(channel.id, "PJSIP/1001", status)
    line.asterisk.leave_bridge(channel.id)
    line.asterisk.leave_bridge(channel.id)
    line.asterisk.hang_up(channel.id)
    peer = f"{channel.id}-PJSIP/1001"
    states = ("called", "not_answered", "called", "busy", "called", "not_answered", "called")
    await line.heard(
        channel,
        *(PartyProgress(state, "PJSIP/1001", peer) for state in states),
        PartyProgress("connected", "PJSIP/1001", peer),
        PartyProgress("gone", "", peer),
        HungUp(16),
    )


async def test_the_other_half_of_a_local_party_is_named_without_its_number(line: Line) -> None:
    channel = await line.call()
    await channel.subscribe()
    await channel.leave("ivrkit-queue")
    caller = line.asterisk.channels[channel.id].model()
    peer = {**caller, "id": "x", "name": "Local/200@agents-0000001f;1"}
    line.asterisk.emit("Dial", caller=caller, peer=peer, dialstatus="ANSWER")
    line.asterisk.emit("Dial", peer=peer, dialstatus="ANSWER")
    await line.heard(channel, PartyProgress("connected", "Local/200@agents", "x"))


async def test_a_call_let_go_for_good_is_forgotten(line: Line) -> None:
    channel = await line.call()
    await channel.leave()
    await eventually(lambda: not line.carrier.channels_by_id)
    assert line.asterisk.channels[channel.id].place == ("", "", 0)
    assert line.events[channel.id] == []


async def test_subscriptions_are_taken_back(line: Line) -> None:
    channel = await line.call()
    await channel.subscribe()
    assert line.asterisk.channels[channel.id].subscriptions == 1
    await channel.unsubscribe()
    await channel.unsubscribe()
    assert line.asterisk.channels[channel.id].subscriptions == 0
    line.asterisk.vanish(channel.id)
    with pytest.raises(ChannelGone):
        await channel.subscribe()


async def test_a_call_that_somebody_has_taken_is_hung_up_for_us(line: Line) -> None:
    channel = await line.call()
    line.asterisk.take(channel.id)
    await line.heard(channel, HungUp(16, by="taken"))
    assert not line.carrier.channels_by_id


async def test_a_call_that_has_left_and_is_gone_is_a_hang_up(line: Line) -> None:
    channel = await line.call()
    line.asterisk.emit("StasisEnd", channel=line.asterisk.channels[channel.id].model())
    line.asterisk.vanish(channel.id)
    await line.heard(channel, HungUp(16))


async def test_the_end_of_stasis_before_a_hang_up_is_told_once(line: Line) -> None:
    channel = await line.call()
    line.asterisk.emit("StasisEnd", channel=line.asterisk.channels[channel.id].model())
    line.asterisk.hang_up(channel.id, 17)
    await line.heard(channel, HungUp(17))
    await asyncio.sleep(0.05)
    assert line.events[channel.id] == []


async def test_a_gap_is_told() -> None:
    async with FakeAsterisk() as asterisk, Line(asterisk) as line:
        channel = await line.call()
        await asterisk.drop()
        await line.heard(channel, Gap())
