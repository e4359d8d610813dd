"""Listening to callers through the driver: what is heard, and that nothing is left behind."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from ivrkit.call.channel import Capability, Gap, HungUp, KeyPressed, PlaybackEnded
from ivrkit.channels.ari.audio import tap as taps
from ivrkit.channels.ari.channel import AriChannel
from ivrkit.errors import CarrierError, ChannelGone
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import Line, eventually, sound

NAME = "c1.4.0"
ONE, TWO = b"\x01\x00" * 160, b"\x02\x00" * 160


@pytest.fixture(params=["rtp", "websocket"])
def media(request: pytest.FixtureRequest) -> str:
    """Both ways by which audio may come."""
    return str(request.param)


@pytest.fixture(params=["websocket", "http"])
async def line(
    request: pytest.FixtureRequest, media: str, asterisk: FakeAsterisk
) -> AsyncIterator[Line]:
    async with Line(asterisk, rest=request.param, media=media) as opened:
        yield opened


class Heard(list[bytes]):
    """What was said, without the silence that stands in where nothing is."""

    def __call__(self, piece: bytes) -> None:
        if any(piece):
            self.append(piece)


async def hears(line: Line, channel: AriChannel, taken: Heard, piece: bytes) -> None:
    """What the caller says now is heard."""
    await eventually(lambda: line.asterisk.taps.joined(channel.id))
    before = len(taken)
    await line.asterisk.taps.say(channel.id, piece)
    await eventually(lambda: taken[before:] == [piece])


async def nothing_left(line: Line) -> None:
    await eventually(lambda: not line.carrier.taps._taps)
    await eventually(lambda: not line.asterisk.taps.left)
    assert not line.carrier.taps._by_part


async def test_what_the_caller_says_is_heard_until_it_ends(line: Line) -> None:
    channel = await line.call()
    taken = Heard()
    await channel.tap(NAME, taken)
    await hears(line, channel, taken, ONE)
    await hears(line, channel, taken, TWO)
    await channel.untap(NAME)
    await nothing_left(line)
    await channel.untap(NAME)
    assert taken == [ONE, TWO]


@pytest.mark.parametrize(("rate", "form"), [(8000, "slin"), (16000, "slin16")])
async def test_asterisk_converts(line: Line, rate: int, form: str) -> None:
    channel = await line.call()
    await channel.tap(NAME, lambda piece: None, rate)
    (asked,) = line.asterisk.asked("POST", "channels/externalMedia")
    assert asked.body["format"] == form
    with pytest.raises(CarrierError, match="11025"):
        await channel.tap("c1.4.1", lambda piece: None, 11025)


async def test_its_channels_are_no_calls(line: Line) -> None:
    channel = await line.call()
    await channel.tap(NAME, lambda piece: None)
    await line.settled()
    assert [arrival.channel for arrival in line.arrivals] == [channel]
    assert list(await line.carrier.channels()) == [channel.id]
    for part in line.carrier.taps._by_part:
        assert not await line.carrier.take(part)


async def test_what_plays_and_keys_are_not_touched(line: Line) -> None:
    channel = await line.call()
    await channel.play("p1", [sound()])
    await channel.tap(NAME, lambda piece: None)
    line.asterisk.press(channel.id, "5")
    await channel.untap(NAME)
    line.asterisk.finish("p1")
    await line.heard(channel, KeyPressed("5", 100), PlaybackEnded("p1"))


async def test_a_caller_who_hangs_up_leaves_nothing(line: Line) -> None:
    channel = await line.call()
    await channel.tap(NAME, lambda piece: None)
    line.asterisk.hang_up(channel.id)
    await line.heard(channel, HungUp(16))
    await nothing_left(line)
    await channel.untap(NAME)
    with pytest.raises(ChannelGone):
        await channel.tap(NAME, lambda piece: None)


async def test_nobody_listens_to_a_call_in_other_hands(line: Line) -> None:
    channel = await line.call()
    await channel.tap(NAME, lambda piece: None)
    await channel.leave("ivrkit-queue")
    await nothing_left(line)
    with pytest.raises(CarrierError, match="other hands"):
        await channel.tap(NAME, lambda piece: None)


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        (r"channels/.*/snoop/.*", 404, ChannelGone),
        (r"channels/.*/snoop/.*", 500, CarrierError),
        (r"channels/externalMedia", 500, CarrierError),
        (r"bridges/[^/]*", 500, CarrierError),
        (r"bridges/.*/addChannel", 409, CarrierError),
        (r"bridges/.*/addChannel", 400, CarrierError),
    ],
)
async def test_a_refusal_leaves_nothing(
    line: Line, path: str, status: int, error: type[CarrierError]
) -> None:
    channel = await line.call()
    line.asterisk.fail("POST", path, status)
    with pytest.raises(error):
        await channel.tap(NAME, lambda piece: None)
    await nothing_left(line)


async def test_what_is_gone_already_is_no_error(line: Line) -> None:
    channel = await line.call()
    await channel.tap(NAME, lambda piece: None)
    line.asterisk.fail("DELETE", r"(channels|bridges)/.*", 404, times=3)
    await channel.untap(NAME)
    await eventually(lambda: not line.carrier.taps._taps)


async def test_one_who_does_not_want_to_wait_leaves_nothing(line: Line) -> None:
    channel = await line.call()
    release = line.asterisk.hold("POST", "channels/externalMedia")
    opening = asyncio.ensure_future(channel.tap(NAME, lambda piece: None))
    await eventually(lambda: line.asterisk.asked("POST", "channels/externalMedia"))
    opening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await opening
    release.set()
    await nothing_left(line)


async def test_one_that_is_ended_while_it_opens(line: Line) -> None:
    channel = await line.call()
    release = line.asterisk.hold("POST", "channels/externalMedia")
    opening = asyncio.ensure_future(channel.tap(NAME, lambda piece: None))
    await eventually(lambda: line.asterisk.asked("POST", "channels/externalMedia"))
    ending = asyncio.ensure_future(channel.untap(NAME))
    release.set()
    await ending
    await asyncio.wait((opening,))
    opening.exception()
    await nothing_left(line)


async def test_the_same_name_again_replaces_it(line: Line) -> None:
    channel = await line.call()
    first = Heard()
    second = Heard()
    await channel.tap(NAME, first)
    await channel.tap(NAME, second)
    await hears(line, channel, second, ONE)
    assert not first
    assert len(line.asterisk.taps.bridges) == 1


@pytest.mark.parametrize("part", [".in", ".out"])
async def test_one_that_breaks_is_opened_again(line: Line, part: str) -> None:
    channel = await line.call()
    taken = Heard()
    await channel.tap(NAME, taken)
    (lost,) = (each for each in line.carrier.taps._by_part if each.endswith(part))
    line.asterisk.hang_up(lost)
    await eventually(lambda: lost not in line.carrier.taps._by_part)
    await hears(line, channel, taken, ONE)
    assert len(line.asterisk.taps.bridges) == 1


async def test_one_that_cannot_be_opened_again_is_given_up(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taps, "PAUSE", 0.001)
    channel = await line.call()
    taken: list[bytes] = []
    await channel.tap(NAME, taken.append)
    line.asterisk.fail("POST", "channels/externalMedia", 500, times=taps.TRIES)
    line.asterisk.hang_up(next(iter(line.carrier.taps._by_part)))
    await nothing_left(line)
    assert taken[-1] == b""
    await channel.untap(NAME)


async def test_a_gap_in_which_it_broke(line: Line) -> None:
    asterisk = line.asterisk
    channel = await line.call()
    taken = Heard()
    await channel.tap(NAME, taken)
    before = asterisk.connects
    (snoop,) = (each for each in line.carrier.taps._by_part if each.endswith(".in"))
    asterisk.vanish(snoop)
    await asterisk.drop()
    await line.reconnected(before)
    await eventually(lambda: snoop not in line.carrier.taps._by_part)
    await hears(line, channel, taken, ONE)
    await line.heard(channel, Gap())
    assert len(asterisk.taps.bridges) == 1


async def test_a_gap_that_it_survives(line: Line) -> None:
    asterisk = line.asterisk
    channel = await line.call()
    taken = Heard()
    await channel.tap(NAME, taken)
    parts = set(line.carrier.taps._by_part)
    before = asterisk.connects
    bridges = len(asterisk.asked("GET", "bridges"))
    await asterisk.drop()
    await line.reconnected(before)
    await eventually(lambda: len(asterisk.asked("GET", "bridges")) > bridges)
    await hears(line, channel, taken, ONE)
    assert set(line.carrier.taps._by_part) == parts


async def test_a_caller_who_hangs_up_in_a_gap(line: Line) -> None:
    asterisk = line.asterisk
    channel = await line.call()
    await channel.tap(NAME, lambda piece: None)
    before = asterisk.connects
    await asterisk.drop()
    asterisk.vanish(channel.id)
    await line.reconnected(before)
    await nothing_left(line)


async def test_an_engine_that_stops_takes_it_along(line: Line) -> None:
    channel = await line.call()
    await channel.tap(NAME, lambda piece: None)
    await line.carrier.stop()
    assert not line.asterisk.taps.left
    assert channel.id in line.asterisk.channels


async def test_what_an_engine_that_died_left_behind_goes(
    asterisk: FakeAsterisk, media: str
) -> None:
    async with Line(asterisk, media=media) as dying:
        call = await dying.call()
        await call.tap(NAME, lambda piece: None)
        await call.tap("c1.5.0", lambda piece: None)
        # It dies: nothing that it would still do reaches Asterisk.
        for method, path in (("DELETE", ".*"), ("POST", ".*")):
            asterisk.fail(method, path, 500, times=1000)
        await dying.carrier.stop()
    assert asterisk.taps.left
    asterisk.repair()
    async with Line(asterisk, media=media) as line:
        again = line.carrier.adopt(call.id, lambda event: None)
        taken = Heard()
        await again.tap(NAME, taken)
        await eventually(lambda: len(asterisk.taps.bridges) == 1)
        await hears(line, again, taken, ONE)


async def test_what_belongs_to_another_application_stays(asterisk: FakeAsterisk) -> None:
    async with Line(asterisk) as other:
        channel = await other.call()
        await channel.tap(NAME, lambda piece: None)
        left = asterisk.taps.left
        async with Line(asterisk, application="ivrkit-2"):
            await eventually(lambda: len(asterisk.asked("GET", "bridges")) == 2)
        assert asterisk.taps.left == left


async def test_an_asterisk_that_cannot(asterisk: FakeAsterisk) -> None:
    asterisk.taps.modules.remove("res_stasis_snoop")
    async with Line(asterisk) as line:
        channel = await line.call()
        assert Capability.LISTEN not in channel.capabilities
        with pytest.raises(CarrierError, match="res_stasis_snoop does not run") as caught:
            await channel.tap(NAME, lambda piece: None)
        assert caught.value.hint == "load res_stasis_snoop.so in modules.conf"


async def test_an_asterisk_that_can(line: Line) -> None:
    assert Capability.LISTEN in (await line.call()).capabilities


async def test_an_asterisk_that_becomes_another_one(asterisk: FakeAsterisk) -> None:
    async with Line(asterisk) as line:
        asterisk.taps.modules.remove("chan_rtp")
        before = asterisk.connects
        await asterisk.drop()
        await line.reconnected(before)
        await eventually(lambda: line.carrier.taps.choice.transport == "websocket")
