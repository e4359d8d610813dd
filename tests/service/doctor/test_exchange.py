"""What is sent into a switch of this file's own: it sends it on, or not, or something else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.channels.ari.audio.rtp import HEADER, swapped
from ivrkit.channels.ari.client import AriClient
from ivrkit.channels.ari.generated.channels import CallerID, Channel, DialplanCEP
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.channels.ari.timings import Timings
from ivrkit.errors import CarrierError
from ivrkit.service.doctor import exchange
from ivrkit.service.doctor.exchange import QUIET, TONES, Exchange, RoundTrip, is_loud, known, tone
from ivrkit.testing.fake_taps import FakeRtp

LOOPBACK = "127.0.0.1"
Change = Callable[[bytes], bytes | None]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is far away."""
    monkeypatch.setattr(exchange, "PIECE", 0.001)
    monkeypatch.setattr(exchange, "LATEST", 0.2)


class Leg(asyncio.DatagramProtocol):
    """A media channel: hands what it gets to the switch."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._take(data[HEADER.size :])


class Switch:
    """As much of Asterisk as is used. ``change`` is what it makes of a packet's samples."""

    application = "ivrkit-doctor-1"
    settings = AriSettings()
    timings = Timings(stopped=1.0)

    def __init__(self, change: Change = lambda payload: payload) -> None:
        self.change = change
        self.left: set[str] = set()
        self.bridge: list[str] = []
        self.outs: dict[str, FakeRtp] = {}
        self.ins: list[asyncio.DatagramTransport] = []
        self.says = True
        self.elsewhere = False
        self.refuses = ""
        self.waiting: dict[str, asyncio.Future[str]] = {}

    def expect(self, name: str) -> asyncio.Future[str]:
        return self.waiting.setdefault(name, asyncio.get_running_loop().create_future())

    async def run(self) -> RoundTrip:
        return await Exchange(cast("AriClient", self), self.expect).run()

    def close(self) -> None:
        for out in self.outs.values():
            out.close()
        for transport in self.ins:
            transport.close()

    def _asked(self, what: str) -> None:
        if self.refuses == what:
            raise CarrierError(f"{what}: no")

    async def make_bridge(self, bridge: str) -> None:
        self._asked("make_bridge")
        self.left.add(bridge)

    async def external_media(self, channel: str, form: str, way: Mapping[str, str]) -> Channel:
        self._asked("external_media")
        assert form == "slin"
        self.left.add(channel)
        self.outs[channel] = await FakeRtp.open(way["external_host"])
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Leg(lambda payload: self._pass(channel, payload)), local_addr=(LOOPBACK, 0)
        )
        self.ins.append(transport)
        out = channel.endswith(".out") and not self.elsewhere
        port = self.outs[channel].port if out else transport.get_extra_info("sockname")[1]
        self.waiting[channel].set_result("answered")
        nobody = CallerID()
        told = {"UNICASTRTP_LOCAL_ADDRESS": LOOPBACK, "UNICASTRTP_LOCAL_PORT": str(port)}
        return Channel(caller=nobody, connected=nobody, dialplan=DialplanCEP(), channelvars=told)

    async def join(self, bridge: str, channels: Sequence[str]) -> None:
        self._asked("join")
        assert bridge in self.left
        assert set(channels) <= self.left
        self.bridge = list(channels)

    async def play(self, channel: str, playback: str, media: Sequence[str]) -> None:
        if self.says:
            self.outs[channel].send(tone(3))
            await asyncio.sleep(0.01)
        self.waiting[playback].set_result("done")

    async def remove_bridge(self, bridge: str) -> None:
        self.bridge = []
        self.left.discard(bridge)

    async def hang_up(self, channel: str, cause: int) -> None:
        self.left.discard(channel)

    def _pass(self, channel: str, payload: bytes) -> None:
        samples = self.change(swapped(payload))
        for other in self.bridge:
            if other != channel and samples is not None:
                self.outs[other].send(samples)


@contextlib.asynccontextmanager
async def switch(change: Change = lambda payload: payload) -> AsyncIterator[Switch]:
    made = Switch(change)
    try:
        yield made
    finally:
        made.close()
        assert not made.left, "nothing is left behind"


def test_tones_are_known() -> None:
    assert [known(tone(each)) for each in range(TONES)] == list(range(TONES))
    assert len({tone(each) for each in range(TONES)}) == TONES


@given(number=st.integers(0, TONES - 2), cut=st.integers(0, 160))
def test_a_packet_that_was_cut_anew_is_one_of_two(number: int, cut: int) -> None:
    both = tone(number) + tone(number + 1)
    assert known(both[2 * cut : 2 * cut + 320]) in (number, number + 1)


@given(st.binary(max_size=400).filter(lambda data: len(data) % 2 == 0))
def test_whatever_comes_is_a_tone_or_none(piece: bytes) -> None:
    assert known(piece) in (None, *range(TONES))
    assert is_loud(piece) in (True, False)


def test_silence_is_none() -> None:
    assert (known(QUIET), is_loud(QUIET), known(b""), is_loud(b"")) == (None, False, None, False)


async def test_all_of_it_comes_back() -> None:
    async with switch() as asterisk:
        came = await asterisk.run()
    assert (came.sent, came.back, came.other, came.refused) == (TONES, TONES, 0, 0)
    assert came.there.startswith(f"{LOOPBACK}:")
    assert came.here.startswith(f"{LOOPBACK}:")
    assert came.there.split(" to ")[0] != came.here.split(" to ")[1]


async def test_what_is_lost_is_counted() -> None:
    async with switch(lambda piece: None if known(piece) in (0, 20, 49) else piece) as asterisk:
        came = await asterisk.run()
    assert (came.sent, came.back) == (TONES, TONES - 3)


async def test_it_comes_back_in_another_volume() -> None:
    def softer(piece: bytes) -> bytes:
        return bytes((np.frombuffer(piece, dtype="<i2") // 4).astype("<i2").tobytes())

    async with switch(softer) as asterisk:
        came = await asterisk.run()
    assert came.back == TONES


async def test_another_sound_comes_back() -> None:
    noises: Iterator[bytes] = iter(bytes(range(256)) + bytes(64) for _ in range(1000))
    async with switch(lambda piece: next(noises) if any(piece) else piece) as asterisk:
        came = await asterisk.run()
    assert (came.back, came.comes) == (0, True)
    assert came.other > 0


@pytest.mark.parametrize("says", [True, False])
async def test_nothing_comes_back(says: bool) -> None:
    async with switch(lambda _: None) as asterisk:
        asterisk.says = says
        came = await asterisk.run()
    assert (came.back, came.other, came.comes) == (0, 0, says)


async def test_it_comes_from_somewhere_else() -> None:
    async with switch() as asterisk:
        asterisk.elsewhere = True
        asterisk.says = False
        came = await asterisk.run()
    assert came.back == 0
    assert came.refused > 0


@pytest.mark.parametrize("what", ["make_bridge", "external_media", "join"])
async def test_a_refusal_leaves_nothing(what: str) -> None:
    async with switch() as asterisk:
        asterisk.refuses = what
        with pytest.raises(CarrierError, match=what):
            await asterisk.run()


async def test_it_is_stopped_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    async def hangs(_: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(Exchange, "_send", hangs)
    async with switch() as asterisk:
        task = asyncio.create_task(asterisk.run())
        await begun.wait()
        assert len(asterisk.left) == 3
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
