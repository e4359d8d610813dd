from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ivrkit.channels.ari.client import AriClient
from ivrkit.channels.ari.replies import AnswerLost
from ivrkit.channels.ari.timings import Timings
from ivrkit.errors import CarrierError, CarrierUnavailable
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import QUIET, eventually


@asynccontextmanager
async def client(
    asterisk: FakeAsterisk, timings: Timings = QUIET, **settings: Any
) -> AsyncIterator[AriClient]:
    opened = AriClient(asterisk.settings(**settings), timings=timings)
    await opened.start()
    try:
        yield opened
    finally:
        await opened.stop()


async def test_commands_that_wait_have_a_socket_of_their_own(asterisk: FakeAsterisk) -> None:
    call = asterisk.call()
    async with client(asterisk) as ari:
        assert ari.over_websocket
        await ari.command("POST", call, "answer", waits=True)
        await ari.set_variables(call, {"A": "1"})
        await ari.play(call, "p1", ["sound:beep"])
        await ari.stop_playback("p1")
        await ari.hang_up(call, 16)
    ways = {request.path.split("/")[-1]: request.way for request in asterisk.requests}
    assert ways["answer"] == ways["variables"] == "ivrkit-commands"
    assert ways["p1"] == ways[call] == "ivrkit"


async def test_what_waits_for_a_prompt_holds_nobody_up(asterisk: FakeAsterisk) -> None:
    """The defect this is made against: a variable set during a prompt of 5 s made the stop of
    that very prompt wait for 5 s."""
    one, other = asterisk.call(), asterisk.call()
    async with client(asterisk) as ari:
        await ari.play(one, "p1", ["sound:long"])
        waiting = asyncio.ensure_future(ari.set_variables(one, {"A": "1"}, busy=True))
        await eventually(lambda: asterisk.asked("POST", f"channels/{one}/variables"))
        assert asterisk.requests[-1].way == "http"
        await ari.command("POST", other, "answer", waits=True)
        assert not waiting.done()
        await ari.stop_playback("p1")
        await waiting


async def test_an_older_asterisk_is_asked_over_http() -> None:
    timings = Timings(probe=0.05)
    async with (
        FakeAsterisk(version="20.13.0", rest_over_websocket=False) as old,
        client(old, timings) as ari,
    ):
        assert not ari.over_websocket
        assert await ari.playback("none") is None
        assert {request.way for request in old.requests} == {"http"}


async def test_what_is_demanded_and_missing_is_said() -> None:
    async with FakeAsterisk(version="20.13.0", rest_over_websocket=False) as old:
        with pytest.raises(CarrierUnavailable, match="over the WebSocket") as caught:
            async with client(old, Timings(probe=0.05), rest="websocket"):
                pass
        assert "rest: auto" in caught.value.hint


async def test_http_can_be_demanded(asterisk: FakeAsterisk) -> None:
    async with client(asterisk, rest="http") as ari:
        await ari.channels()
    assert {request.way for request in asterisk.requests} == {"http"}


async def test_the_filter_lets_what_is_needed_pass(asterisk: FakeAsterisk) -> None:
    async with client(asterisk):
        needed = {"StasisStart", "StasisEnd", "Dial", "ChannelDtmfReceived", "RESTResponse"}
        assert not asterisk.disallowed & needed
        assert {"ChannelVarset", "ChannelDialplan", "PlaybackContinuing"} <= asterisk.disallowed


async def test_an_asterisk_that_does_not_filter_is_served_as_well(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    asterisk.fail("PUT", r"applications/.*", 404)
    async with client(asterisk) as ari:
        assert await ari.channels() == []
    assert "does not filter" in caplog.text


async def test_a_late_answer_is_nobodys(asterisk: FakeAsterisk) -> None:
    late = asterisk.hold("GET", "playbacks/p", times=2)
    async with client(asterisk, Timings(reply=0.1)) as ari:
        with pytest.raises(CarrierError, match="not answered"):
            await ari.playback("p")
        late.set()
        assert await ari.channels() == []


async def test_a_late_answer_over_http_is_nobodys(asterisk: FakeAsterisk) -> None:
    late = asterisk.hold("GET", "playbacks/p", times=2)
    async with client(asterisk, Timings(reply=0.1), rest="http") as ari:
        with pytest.raises(CarrierError, match="not answered"):
            await ari.playback("p")
        late.set()
        assert await ari.channels() == []


async def test_a_request_that_may_be_done_twice_is_sent_again(asterisk: FakeAsterisk) -> None:
    held = asterisk.hold("GET", "playbacks/p")
    async with client(asterisk) as ari:
        asking = asyncio.ensure_future(ari.playback("p"))
        await eventually(lambda: asterisk.asked("GET", "playbacks/p"))
        await asterisk.drop()
        assert await asking is None
        assert len(asterisk.asked("GET", "playbacks/p")) == 2
        held.set()


async def test_one_that_may_not_is_not(asterisk: FakeAsterisk) -> None:
    call = asterisk.call()
    held = asterisk.hold("POST", f"channels/{call}/dtmf")
    async with client(asterisk) as ari:
        sending = asyncio.ensure_future(ari.send_keys(call, "1"))
        await eventually(lambda: asterisk.asked("POST", f"channels/{call}/dtmf"))
        await asterisk.drop()
        with pytest.raises(AnswerLost):
            await sending
        assert len(asterisk.asked("POST", f"channels/{call}/dtmf")) == 1
        held.set()


async def test_a_broken_http_connection_is_tried_once_more(asterisk: FakeAsterisk) -> None:
    call = asterisk.call()
    async with client(asterisk, rest="http") as ari:
        asterisk.fail("GET", r"playbacks/.*", 0)
        assert await ari.playback("p") is None
        asterisk.fail("POST", r"channels/.*/dtmf", 0)
        with pytest.raises(AnswerLost):
            await ari.send_keys(call, "1")
        asterisk.fail("GET", r"playbacks/.*", 0, times=20)
        with pytest.raises(AnswerLost):
            await ari.playback("p")


async def test_without_its_socket_what_waits_goes_over_http(asterisk: FakeAsterisk) -> None:
    call = asterisk.call()
    slow = Timings(backoff=600.0)
    async with client(asterisk, slow) as ari:
        await asterisk.drop("ivrkit-commands")
        await ari.set_variables(call, {"A": "1"})
        await eventually(lambda: not ari._commands.ready.is_set())
        await ari.set_variables(call, {"B": "2"})
        assert asterisk.requests[-1].way == "http"
        assert asterisk.channels[call].variables == {"A": "1", "B": "2"}


async def test_the_patience_with_a_lost_connection_ends(asterisk: FakeAsterisk) -> None:
    async with client(asterisk, Timings(backoff=600.0, patience=0.05)) as ari:
        await asterisk.drop()
        await eventually(lambda: not ari.is_connected)
        with pytest.raises(CarrierUnavailable, match="away for too long"):
            await ari.channels()


async def test_calls_are_placed_and_keys_sent(asterisk: FakeAsterisk) -> None:
    call = asterisk.call()
    async with client(asterisk) as ari:
        await ari.send_keys(call, "12#")
        assert asterisk.asked("POST", f"channels/{call}/dtmf")[0].body == {"dtmf": "12#"}
        with pytest.raises(CarrierError, match="call Local"):
            await ari.originate("Local/1@x", channel="phone")


async def test_channels_that_are_made_end_by_themselves_where_that_is_wanted(
    asterisk: FakeAsterisk,
) -> None:
    async with client(asterisk) as ari:
        for longest in (None, 300.0):
            ari.longest = longest
            for making in (
                ari.originate("Local/1@x", channel="phone"),
                ari.create("Local/1@x", "phone"),
            ):
                with pytest.raises(CarrierError, match=r"Local|create"):
                    await making
            wanted = None if longest is None else {"TIMEOUT(absolute)": "300"}
            asked_for = [asterisk.asked("POST", f"channels/{name}") for name in ("phone", "create")]
            bodies = [made[-1].body for made in asked_for]
            assert [body.get("variables") for body in bodies] == [wanted, wanted]
