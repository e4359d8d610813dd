from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ivrkit.call.channel import (
    ChannelLocation,
    Gap,
    HungUp,
    KeyPressed,
    PlaybackEnded,
    Returned,
)
from ivrkit.errors import CarrierError, CarrierUnavailable, ChannelGone
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.wire import Wire
from tests.handoff.support import CallOnChannel, HangUp
from tests.live.ari_support import Engine, eventually, heard, local_phone, sound

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(params=["websocket", "http"], loop_scope="session")
async def engine(
    request: pytest.FixtureRequest, asterisk: PrivateAsterisk
) -> AsyncIterator[Engine]:
    async with Engine(asterisk, rest=request.param) as opened:
        yield opened


async def events_of(call: CallOnChannel, count: int) -> list[object]:
    await eventually(lambda: len(call.mailbox.events) >= count)
    return list(call.mailbox.events)


async def test_this_asterisk_offers_all(asterisk: PrivateAsterisk) -> None:
    async with Engine(asterisk) as engine:
        assert engine.carrier.client.over_websocket
        assert engine.carrier.client.version.number >= (22, 10, 0)
        assert "inheritable_headers" in engine.carrier.capabilities


async def test_a_call_from_its_beginning_to_its_end(
    engine: Engine, asterisk: PrivateAsterisk, prompts: dict[str, Path]
) -> None:
    async with local_phone(asterisk, "801") as phone:
        call = await engine.next()
        channel = call.driver
        assert not (await channel.locate()).answered
        await channel.ring()
        await channel.answer()
        assert (await channel.locate()).answered
        one = str(prompts["one"].with_suffix(""))
        await channel.play("p1", [sound("beep", 0.5), sound("beep", 0.5)])
        assert await heard(call, PlaybackEnded) == PlaybackEnded("p1")
        await channel.play("p2", [sound(one)])
        await phone.press("12")
        assert (await heard(call, KeyPressed)).key == "1"
        await channel.stop("p2")
        assert await heard(call, PlaybackEnded) == PlaybackEnded("p2", by="stop")
        assert (await heard(call, KeyPressed)).key == "2"
        await channel.start_music()
        await channel.stop_music()
        await phone.hang_up()
        with pytest.raises(HangUp):
            await heard(call, PlaybackEnded)
        with pytest.raises(ChannelGone):
            await channel.play("p3", [sound("beep")])
    assert not engine.carrier.channels_by_id
    assert not engine.carrier.channels_by_playback


async def test_what_asterisk_cannot_play_ends_too(
    engine: Engine, asterisk: PrivateAsterisk
) -> None:
    async with local_phone(asterisk):
        call = await engine.next()
        await call.driver.answer()
        await call.driver.play("p1", [sound("/no/such/sound", 0.1)])
        assert await heard(call, PlaybackEnded) == PlaybackEnded("p1", ok=False, by="failed")


async def test_an_end_that_asterisk_never_tells_is_found_out(
    engine: Engine, asterisk: PrivateAsterisk
) -> None:
    """For an unknown kind of media there is a start and no end."""
    engine.carrier._uri = lambda media: f"nonsense:{media.path}"
    async with local_phone(asterisk):
        call = await engine.next()
        await call.driver.answer()
        await call.driver.play("p1", [sound("x", 0.1)])
        ended = await heard(call, PlaybackEnded)
        assert (ended.playback, ended.ok) == ("p1", False)


async def test_variables_arrive_as_they_are(engine: Engine, asterisk: PrivateAsterisk) -> None:
    async with local_phone(asterisk):
        channel = (await engine.next()).driver
        values = {"A": "", "B": 'x, "y" & 100% = \\z;', "C": "größe", "__D": "1"}
        await channel.set_variables(values)
        assert await channel.variable("A") == ""
        assert await channel.variable("B") == values["B"]
        assert await channel.variable("C") == "größe"
        assert await channel.variable("D") == "1"
        assert await channel.variable("NOT_SET") is None
        assert await channel.variable("QUEUE_WAITING_COUNT(service)") == "0"
        assert await engine.carrier.evaluate("QUEUE_MEMBER(service,count)") == "2"


async def test_what_waits_for_a_prompt_holds_nobody_up(
    asterisk: PrivateAsterisk, prompts: dict[str, Path]
) -> None:
    async with Engine(asterisk) as engine, local_phone(asterisk), local_phone(asterisk):
        first, second = (await engine.next(0)).driver, (await engine.next(1)).driver
        await first.answer()
        await first.play("p1", [sound(str(prompts["one"].with_suffix("")))])
        waiting = asyncio.ensure_future(first.set_variables({"A": "1"}))
        await second.answer()
        await second.set_variables({"A": "2"})
        assert await engine.carrier.client.playback("p1") is not None
        assert not waiting.done()
        await first.stop("p1")
        await waiting


async def test_a_call_leaves_and_comes_back(engine: Engine, asterisk: PrivateAsterisk) -> None:
    async with local_phone(asterisk) as phone:
        call = await engine.next()
        channel = call.driver
        await channel.answer()
        await channel.subscribe()
        await channel.leave("ivrkit-back")
        assert await heard(call, Returned) == Returned(("back",))
        await channel.unsubscribe()
        place = await channel.locate()
        assert (place.where, place.arguments) == (ChannelLocation.HERE, ("back",))
        # Without the subscription of our own, that of Stasis is still there.
        await phone.press("7")
        assert (await heard(call, KeyPressed)).key == "7"


async def test_keys_elsewhere_are_nobodys(engine: Engine, asterisk: PrivateAsterisk) -> None:
    async with local_phone(asterisk) as phone:
        call = await engine.next()
        channel = call.driver
        await channel.answer()
        await channel.subscribe()
        await channel.leave("ivrkit-check", "901")
        await phone.press("4711")
        with pytest.raises(CarrierError, match="other hands"):
            await channel.play("p1", [sound("beep")])
        assert (await channel.locate()).where is ChannelLocation.ELSEWHERE
        await asyncio.sleep(2)
        assert not call.mailbox.events
        await channel.hang_up()
        with pytest.raises(HangUp):
            await heard(call, KeyPressed)


async def test_a_call_that_is_not_taken_hears_busy(
    engine: Engine, asterisk: PrivateAsterisk
) -> None:
    engine.taking = False
    async with local_phone(asterisk) as phone:
        await eventually(lambda: "Busy(" in asterisk.log())
        assert not engine.carrier.channels_by_id
        await phone.hang_up()


async def test_a_redirect_by_somebody_else_is_an_end_for_us(
    engine: Engine, asterisk: PrivateAsterisk
) -> None:
    async with local_phone(asterisk):
        call = await engine.next()
        channel = call.driver
        await channel.answer()
        name = next(c.name for c in await engine.carrier.client.channels() if c.id == channel.id)
        await asterisk.command(f"channel redirect {name} ivrkit-check,901,1")
        await eventually(lambda: call.mailbox.events)
        assert list(call.mailbox.events) == [HungUp(16, by="taken")]


@pytest.mark.parametrize("rest", ["websocket", "http"])
async def test_a_gap_becomes_events(
    rest: str, asterisk: PrivateAsterisk, prompts: dict[str, Path]
) -> None:
    async with Wire(asterisk.ari_url) as wire, Engine(asterisk, url=wire.url, rest=rest) as engine:
        client = engine.carrier.client
        async with local_phone(asterisk) as phone:
            call = await engine.next()
            channel = call.driver
            await channel.answer()
            await channel.play("p1", [sound(str(prompts["one"].with_suffix("")))])
            wire.cut()
            await eventually(lambda: not client.is_connected)
            # Waits for the connection, then finds the prompt that went on meanwhile.
            await channel.stop("p1")
            # The stop is made up for first, then the gap is told.
            events = await events_of(call, 2)
            assert PlaybackEnded("p1", by="stop") in events
            assert any(isinstance(event, Gap) for event in events)
            call.mailbox.events.clear()
            wire.cut()
            await eventually(lambda: not client.is_connected)
            await phone.hang_up()
            events = await events_of(call, 2)
            assert any(isinstance(event, Gap) for event in events)
            assert any(isinstance(event, HungUp) for event in events)


async def test_a_killed_engine_loses_no_call(
    asterisk: PrivateAsterisk, prompts: dict[str, Path]
) -> None:
    killed = Engine(asterisk)
    await killed.carrier.start(killed._receive)
    async with local_phone(asterisk) as phone:
        channel = (await killed.next()).driver
        await channel.answer()
        await channel.play("c1.4.1", [sound(str(prompts["one"].with_suffix("")))])
        await killed.stop()
        async with Engine(asterisk) as engine:
            places = await engine.carrier.channels()
            assert places[channel.id].where is ChannelLocation.HERE
            assert places[channel.id].answered
            call = await engine.adopt(channel.id)
            await call.driver.stop("c1.4.1")
            await call.driver.play("c1.4.2", [sound("beep", 0.5)])
            assert await heard(call, PlaybackEnded) == PlaybackEnded("c1.4.2")
            await phone.press("5")
            assert (await heard(call, KeyPressed)).key == "5"


async def test_wrong_credentials_are_said_at_once(asterisk: PrivateAsterisk) -> None:
    engine = Engine(asterisk, user="nobody")
    with pytest.raises(CarrierUnavailable, match="refuses the user 'nobody'"):
        await engine.carrier.start(lambda arrival: None)
