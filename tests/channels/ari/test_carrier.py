from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from ivrkit.call.channel import (
    Capability,
    ChannelLocation,
    HungUp,
    KeyPressed,
    Located,
    PartyProgress,
    PlaybackEnded,
    Returned,
)
from ivrkit.channels.ari.timings import Timings
from ivrkit.errors import CarrierUnavailable
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import Line, eventually, sound


async def test_a_call_arrives_with_what_is_known_of_it(line: Line) -> None:
    channel = await line.call(number="802", caller="+4930123", arguments=("flow=bank",))
    arrival = line.arrivals[0]
    assert arrival.channel is channel
    assert (arrival.number, arrival.caller) == ("802", "+4930123")
    assert arrival.arguments == ("flow=bank",)
    assert arrival.arrived == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert not arrival.answered


async def test_calls_do_not_hear_each_other(line: Line) -> None:
    first, second = await line.call(), await line.call()
    line.asterisk.press(second.id, "2")
    line.asterisk.hang_up(first.id)
    await line.heard(first, HungUp(16))
    await line.heard(second, KeyPressed("2", 100))


async def test_a_call_that_is_not_taken_goes_back_as_busy(line: Line) -> None:
    line.taking = False
    name = line.asterisk.call()
    fake = line.asterisk.channels[name]
    await eventually(lambda: fake.place)
    assert fake.variables == {"IVRKIT_STATUS": "BUSY"}
    assert fake.place == ("", "", 0)
    assert not line.carrier.channels_by_id


async def test_a_caller_who_hangs_up_while_refused_is_no_trouble(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    line.taking = False
    line.asterisk.fail("POST", r"channels/.*", 404)
    line.asterisk.call()
    await eventually(lambda: line.asterisk.asked("POST", r"channels/.*"))
    await line.settled()
    assert not caplog.records


async def test_events_of_strangers_are_ignored(line: Line) -> None:
    channel = await line.call()
    stranger = {**line.asterisk.channels[channel.id].model(), "id": "stranger"}
    asterisk = line.asterisk
    asterisk.emit("ChannelDtmfReceived", channel=stranger, digit="1", duration_ms=1)
    asterisk.emit("ChannelHangupRequest", channel=stranger)
    asterisk.emit("ChannelDestroyed", channel=stranger, cause=16)
    asterisk.emit("StasisEnd", channel=stranger)
    asterisk.emit("ChannelLeftBridge", channel=stranger, bridge={})
    asterisk.emit("Dial", caller=stranger, peer=stranger, dialstatus="")
    playback = {"id": "x", "media_uri": "", "target_uri": "", "state": "done"}
    asterisk.emit("PlaybackStarted", playback=playback)
    asterisk.emit("PlaybackFinished", playback=playback)
    asterisk.press(channel.id, "1")
    await line.heard(channel, KeyPressed("1", 100))


async def test_what_is_no_event_is_passed_over(line: Line) -> None:
    channel = await line.call()
    for text in ("no json", "[]", '{"type": "Tomorrow"}', '{"type": "ChannelDtmfReceived"}'):
        line.asterisk.send(text)
    line.asterisk.press(channel.id, "1")
    await line.heard(channel, KeyPressed("1", 100))


async def test_one_call_that_breaks_does_not_break_the_others(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(event: object) -> None:
        raise RuntimeError("a bug")

    first, second = await line.call(), await line.call()
    first.report_to(broken)
    line.asterisk.press(first.id, "1")
    line.asterisk.press(second.id, "2")
    await line.heard(second, KeyPressed("2", 100))
    assert "an event could not be handled" in caplog.text


async def test_another_engine_of_the_same_name_is_an_alarm(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    line.asterisk.emit("ApplicationReplaced")
    await eventually(lambda: caplog.records)
    assert caplog.records[0].levelno == logging.ERROR
    assert "something else has connected to Asterisk as ivrkit" in caplog.text


async def test_what_a_restarted_engine_finds(line: Line) -> None:
    here = await line.call(arguments=("flow=bank",))
    await here.answer()
    away = await line.call()
    await away.subscribe()
    await away.leave("ivrkit-queue")
    half = line.asterisk.call()
    line.asterisk.channels[half].here = False
    line.asterisk.channels[half].subscriptions = 1
    found = await line.carrier.channels()
    assert found == {
        here.id: Located(ChannelLocation.HERE, ("flow=bank",), answered=True),
        away.id: Located(ChannelLocation.ELSEWHERE),
        half: Located(ChannelLocation.ELSEWHERE),
    }


async def test_no_channels_are_no_trouble(line: Line) -> None:
    assert await line.carrier.channels() == {}
    line.asterisk.fail("GET", "applications/ivrkit", 404)
    assert await line.carrier.channels() == {}


async def test_an_adopted_call_that_has_gone_is_forgotten() -> None:
    async with FakeAsterisk() as asterisk, Line(asterisk) as line:
        channel = line.carrier.adopt("long gone", lambda event: None)
        assert (await channel.locate()).where is ChannelLocation.GONE
        assert not line.carrier.channels_by_id


async def test_an_adopted_call_goes_on_where_it_is() -> None:
    async with FakeAsterisk() as asterisk:
        async with Line(asterisk) as killed:
            here, away = await killed.call(), await killed.call()
            await away.subscribe()
            await away.leave("ivrkit-queue")
        async with Line(asterisk) as line:
            await line.carrier.channels()
            adopted = {}
            for name in (here.id, away.id):
                line.events[name] = []
                adopted[name] = line.carrier.adopt(name, line.events[name].append)
            asterisk.press(here.id, "1")
            asterisk.press(away.id, "2")
            asterisk.dial(away.id, "PJSIP/1001", "ANSWER")
            asterisk.back(away.id)
            peer = f"{away.id}-PJSIP/1001"
            connected = PartyProgress("connected", "PJSIP/1001", peer)
            await line.heard(adopted[here.id], KeyPressed("1", 100))
            await line.heard(adopted[away.id], connected, Returned(("back",)))
            assert line.arrivals == []


async def test_a_call_that_came_back_without_a_word_of_it_is_found_by_asking() -> None:
    async with FakeAsterisk() as asterisk:
        async with Line(asterisk) as killed:
            call = await killed.call()
            await call.subscribe()
            await call.leave("ivrkit-queue")
        async with Line(asterisk) as line:
            await line.carrier.channels()
            asterisk.back(call.id)
            await line.settled()
            adopted = line.carrier.adopt(call.id, line.events.setdefault(call.id, []).append)
            assert adopted.away  # as the list of channels has said
            assert (await adopted.locate()).where is ChannelLocation.HERE
            assert not adopted.away
            await line.heard(adopted, Returned(("back",)))


async def test_a_call_without_a_session_can_be_taken_anew() -> None:
    async with FakeAsterisk() as asterisk:
        async with Line(asterisk) as killed:
            lost = await killed.call(arguments=("flow=bank",))
            gone = await killed.call()
            away = await killed.call()
            await away.subscribe()
            await away.leave("x")
        asterisk.vanish(gone.id)
        async with Line(asterisk) as line:
            assert await line.carrier.take(lost.id)
            assert await line.carrier.take(lost.id)
            assert not await line.carrier.take(gone.id)
            assert not await line.carrier.take(away.id)
            assert [arrival.arguments for arrival in line.arrivals] == [("flow=bank",)]


async def test_headers_are_inherited_where_asterisk_can() -> None:
    async with FakeAsterisk(version="22.10.1") as new, Line(new) as line:
        assert Capability.INHERITABLE_HEADERS in line.carrier.capabilities
    async with FakeAsterisk() as new, Line(new, inheritable_headers="off") as line:
        assert Capability.INHERITABLE_HEADERS not in line.carrier.capabilities
    async with FakeAsterisk(version="22.8.0") as old, Line(old) as line:
        assert Capability.INHERITABLE_HEADERS not in line.carrier.capabilities


async def test_functions_are_evaluated_on_any_of_our_channels(line: Line) -> None:
    line.asterisk.functions["QUEUE_WAITING_COUNT(service)"] = "3"
    assert await line.carrier.evaluate("QUEUE_WAITING_COUNT(service)") is None
    gone = await line.call()
    await line.call()
    line.asterisk.vanish(gone.id)
    assert await line.carrier.evaluate("QUEUE_WAITING_COUNT(service)") == "3"


async def test_stopping_leaves_the_calls_alone(line: Line) -> None:
    channel = await line.call()
    await channel.play("p1", [sound()])
    await line.carrier.stop()
    assert line.asterisk.channels[channel.id].here
    assert "p1" in line.asterisk.playbacks
    assert line.events[channel.id] == []


async def test_a_playback_that_asterisk_forgets_is_ended(asterisk: FakeAsterisk) -> None:
    async with Line(asterisk, Timings(first=0.05, grace=0.05)) as line:
        channel = await line.call()
        await channel.play("p1", [sound(seconds=0.01)])
        asterisk.finish("p1", told=False)
        await line.heard(channel, PlaybackEnded("p1", ok=False, by="watchdog"))
        assert not line.carrier.channels_by_playback


async def test_a_search_that_fails_is_repeated(line: Line) -> None:
    channel = await line.call()
    line.asterisk.fail("GET", f"channels/{channel.id}", 500, times=2)
    line.asterisk.take(channel.id)
    await line.heard(channel, HungUp(16, by="taken"))


async def test_a_call_that_comes_while_the_carrier_stops_is_left_alone(line: Line) -> None:
    line.carrier._receive = None
    name = line.asterisk.call()
    await line.settled()
    assert not line.carrier.channels_by_id
    assert line.asterisk.channels[name].here


async def test_a_wrong_password_is_said_at_once() -> None:
    async with FakeAsterisk() as asterisk:
        line = Line(asterisk, password="wrong")
        with pytest.raises(CarrierUnavailable, match="refuses the user 'ivrkit'") as caught:
            await line.carrier.start(line.receive)
        assert "ari.conf" in caught.value.hint
        assert "wrong" not in str(caught.value)


async def test_an_asterisk_that_is_not_there_is_said_at_once() -> None:
    asterisk = FakeAsterisk()
    await asterisk.start()
    await asterisk.stop()
    line = Line(asterisk)
    with pytest.raises(CarrierUnavailable, match="cannot be reached") as caught:
        await line.carrier.start(line.receive)
    assert "http.conf" in caught.value.hint


@pytest.mark.parametrize(("status", "hint"), [(404, "res_ari"), (503, "starting"), (500, "log")])
async def test_an_asterisk_that_has_no_ari_says_why(status: int, hint: str) -> None:
    async with FakeAsterisk() as asterisk:
        asterisk.fail("GET", "asterisk/info", status)
        line = Line(asterisk)
        with pytest.raises(CarrierUnavailable) as caught:
            await line.carrier.start(line.receive)
        assert hint in caught.value.hint
