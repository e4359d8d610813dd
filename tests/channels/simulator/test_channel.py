from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.call.channel import (
    ChannelEvent,
    ChannelLocation,
    HungUp,
    KeyPressed,
    PartyProgress,
    PlaybackEnded,
    Rejection,
    Returned,
)
from ivrkit.call.prompt import Media
from ivrkit.channels.simulator.caller import SimulatedCaller
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.errors import CarrierError, ChannelGone, ValueRejected
from ivrkit.testing.clock import VirtualClock

HELLO = Media(Path("hello.wav"), 2.0, "Hello dear caller, welcome.")
MENU = Media(Path("menu.wav"), 4.0, "Press one.")


class Line:
    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.channel = SimulatedChannel("c1", self.clock, SimulatedCaller("123"))
        self.caller = self.channel.caller
        self.events: list[ChannelEvent] = []
        self.channel.attach(self.events.append)


@pytest.fixture
def line() -> Line:
    return Line()


async def test_a_playback_ends_after_its_time(line: Line) -> None:
    await line.channel.play("p1", [HELLO, MENU])
    await line.clock.sleep(5.9)
    assert line.events == []
    await line.clock.sleep(0.2)
    assert line.events == [PlaybackEnded("p1")]
    heard = line.caller.heard[0]
    assert (heard.at, heard.seconds, heard.whole) == (0.0, 6.0, True)
    assert line.caller.transcript == ["Hello dear caller, welcome. Press one."]


async def test_a_playback_that_is_stopped_is_heard_up_to_a_word(line: Line) -> None:
    await line.channel.play("p1", [HELLO, MENU])
    await line.clock.sleep(1)
    await line.channel.stop("p1")
    await line.channel.stop("p1")
    await line.clock.sleep(0)
    assert line.events == [PlaybackEnded("p1", by="stop")]
    assert line.caller.heard[0].words == "Hello dear"
    assert not line.caller.heard[0].whole


async def test_playbacks_wait_for_one_another(line: Line) -> None:
    await line.channel.play("p1", [HELLO])
    await line.channel.play("p2", [MENU])
    await line.channel.play("p3", [MENU])
    await line.channel.stop("p3")
    await line.clock.sleep(7)
    assert line.events == [
        PlaybackEnded("p3", by="stop"),
        PlaybackEnded("p1"),
        PlaybackEnded("p2"),
    ]
    assert [each.at for each in line.caller.heard] == [0.0, 2.0]


async def test_music_lasts_until_something_is_played(line: Line) -> None:
    await line.channel.start_music("waiting")
    await line.clock.sleep(3)
    await line.channel.play("p1", [HELLO])
    assert (line.caller.heard[0].music, line.caller.heard[0].seconds) == ("waiting", 3.0)
    await line.channel.start_music()
    await line.channel.stop_music()
    assert line.caller.heard[2].seconds == 0.0


async def test_keys_count_on_an_answered_call_in_our_hands(line: Line) -> None:
    line.channel.press("1")
    await line.channel.answer()
    line.channel.press("23")
    await line.channel.leave("elsewhere")
    line.channel.press("4")
    line.channel.come_back()
    line.channel.press("5")
    await line.clock.sleep(0)
    assert [each.key for each in line.events if isinstance(each, KeyPressed)] == ["2", "3", "5"]
    assert line.caller.keys_lost == 2


async def test_answering_over_a_playback_is_refused(line: Line) -> None:
    await line.channel.play("p1", [HELLO])
    with pytest.raises(CarrierError, match="while it plays"):
        await line.channel.answer()


async def test_ringing_ends_with_the_answer(line: Line) -> None:
    await line.channel.ring()
    assert line.caller.ringing
    await line.channel.answer()
    assert (line.caller.ringing, line.caller.answered) == (False, True)


async def test_a_rejection_has_its_cause(line: Line) -> None:
    await line.channel.reject(Rejection(17, 486))
    await line.clock.sleep(0)
    assert line.events == [HungUp(17)]
    assert (line.caller.cause, line.caller.sip) == (17, 486)


async def test_nothing_can_be_done_with_a_channel_that_is_gone(line: Line) -> None:
    await line.channel.play("p1", [HELLO])
    await line.clock.sleep(1)
    line.channel.hang_up_by_caller()
    line.channel.hang_up_by_caller()
    await line.clock.sleep(5)
    assert line.events == [HungUp(16)]
    assert line.caller.heard[0].seconds == 1.0
    await line.channel.hang_up()
    await line.channel.stop("p1")
    await line.channel.unsubscribe()
    for work in (
        line.channel.answer(),
        line.channel.play("p2", [HELLO]),
        line.channel.variable("x"),
        line.channel.set_variables({}),
        line.channel.leave("x"),
        line.channel.start_music(),
    ):
        with pytest.raises(ChannelGone):
            await work
    assert (await line.channel.locate()).where is ChannelLocation.GONE


async def test_news_of_the_other_party_reach_who_is_subscribed(line: Line) -> None:
    await line.channel.leave("queue")
    line.channel.progress("called", "PJSIP/1")
    await line.channel.subscribe()
    line.channel.progress("connected", "PJSIP/1")
    line.channel.come_back(("back",))
    line.channel.come_back(("back",))
    line.channel.progress("gone", "PJSIP/1")
    await line.clock.sleep(0)
    assert line.events == [PartyProgress("connected", "PJSIP/1"), Returned(("back",))]
    assert (await line.channel.locate()).arguments == ("back",)


async def test_behind_the_line_of_the_dialplan_nothing_stands(line: Line) -> None:
    await line.channel.leave()
    await line.clock.sleep(0)
    assert line.events == [HungUp(16)]


async def test_variables_hold_what_a_header_may(line: Line) -> None:
    await line.channel.set_variables({"A": "1"})
    assert await line.channel.variable("A") == "1"
    assert await line.channel.variable("B") is None
    with pytest.raises(ValueRejected):
        await line.channel.set_variables({"A": "1\r\nX: 2"})


async def test_an_empty_playback_is_refused(line: Line) -> None:
    with pytest.raises(CarrierError):
        await line.channel.play("p1", [])
