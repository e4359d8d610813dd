"""A sound sent into Asterisk over RTP, and heard as it comes out again.

Two media channels stand in one bridge: what goes into one comes out of the other. Each packet
holds a tone of its own, so that it is known again whatever happened to it on its way.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from ivrkit.channels.ari.audio.media import FORMATS
from ivrkit.channels.ari.audio.outlet import PIECE, Outlet
from ivrkit.channels.ari.audio.parts import Parts
from ivrkit.channels.ari.audio.rtp import RtpMedia
from ivrkit.channels.ari.client import AriClient

RATE: Final = 8000
SAMPLES: Final = int(RATE * PIECE)
STEP: Final = RATE / SAMPLES
"""Hertz between two tones: each is a whole number of periods in a packet."""
LOWEST: Final = 8
"""The first tone in such steps, 400 Hz; the last is 2850 Hz: telephones pass all of them."""
TONES: Final = 50
LOUD: Final = 8000
FAINT: Final = 200.0
"""Root mean square of samples below which a packet is silence."""
SHARE: Final = 0.2
"""Of a packet's energy that is in its tone at least, were it cut in the middle by two packets."""
QUIET: Final = bytes(2 * SAMPLES)
AHEAD: Final = 50
"""Packets of silence at most that are sent until one comes back: the bridge may not be ready."""
AFTER: Final = 5
"""Packets of silence that follow: what waits for a lost one is handed over by them."""
LATEST: Final = 1.0
"""Seconds after the last packet until what has not come back is lost."""
SETTLES: Final = 0.1
"""Seconds until the last packet of a sound that has ended is here."""
NORMAL: Final = 16
BEEP: Final = "sound:beep"
"""Of Asterisk's own sounds, as a recording begins with it."""


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """What came of it: packets ``sent`` and ``back``, those that hold ``other`` sounds, those from
    a stranger (``refused``), and the median time there and back in ``seconds``. ``comes`` is
    whether a sound of Asterisk's own arrives."""

    sent: int
    back: int
    other: int
    refused: int
    seconds: float
    there: str
    here: str
    comes: bool


def tone(number: int) -> bytes:
    """The sound of one packet: 16-bit little-endian samples."""
    turns = 2 * np.pi * (LOWEST + number) * np.arange(SAMPLES) / SAMPLES
    return (LOUD * np.sin(turns)).astype("<i2").tobytes()


def known(piece: bytes) -> int | None:
    """Which of the tones this is; None for every other sound."""
    samples = np.frombuffer(piece, dtype="<i2").astype(float)
    if not samples.any():
        return None
    energy = np.abs(np.fft.rfft(samples)[1:]) ** 2
    if not energy.any():
        return None
    highest = int(energy.argmax())
    number = round((highest + 1) * RATE / len(samples) / STEP) - LOWEST
    if energy[highest] < SHARE * energy.sum() or not 0 <= number < TONES:
        return None
    return number


def is_loud(piece: bytes) -> bool:
    """Whether this is a sound, and no silence."""
    samples = np.frombuffer(piece, dtype="<i2").astype(float)
    return bool(len(samples) and np.sqrt(np.mean(samples**2)) > FAINT)


class Ear:
    """What comes out of Asterisk, and when."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.pieces: list[tuple[float, bytes]] = []
        self.came = asyncio.Event()

    def __call__(self, piece: bytes) -> None:
        self.pieces.append((self._loop.time(), piece))
        self.came.set()

    def forget(self) -> None:
        """What came until now."""
        self.pieces.clear()
        self.came.clear()

    def tones(self) -> dict[int, float]:
        """When each tone came first."""
        found: dict[int, float] = {}
        for moment, piece in self.pieces:
            number = known(piece) if is_loud(piece) else None
            if number is not None:
                found.setdefault(number, moment)
        return found

    def others(self) -> int:
        """Sounds that are none of the tones."""
        return sum(is_loud(piece) and known(piece) is None for _, piece in self.pieces)


class Exchange:
    """One of them; ``expect`` is told an id and answers with what will have happened to it."""

    def __init__(self, client: AriClient, expect: Callable[[str], asyncio.Future[str]]) -> None:
        self._client = client
        self._expect = expect
        self._parts = Parts.of(client.application, "round-trip")
        self._ear = Ear()
        self._mouth = RtpMedia(client.settings, Outlet("mouth", lambda _: None))
        self._hears = RtpMedia(client.settings, Outlet("ear", self._ear))

    async def run(self) -> RoundTrip:
        """Send, listen, and give everything back. Raises CarrierError."""
        try:
            await self._open()
            # Before they are bridged: of Asterisk 22.10.1 a playback that begins just when its
            # channel leaves a bridge was seen never to end.
            comes = await self._comes()
            await self._client.join(self._parts.name, (self._parts.media, self._parts.snoop))
            await self._begin()
            sent = await self._send()
            found = await self._all_back()
            return self._told(sent, found, comes=comes)
        finally:
            await self._give_back()

    async def _open(self) -> None:
        client, parts = self._client, self._parts
        await client.make_bridge(parts.name)
        for media, channel in ((self._hears, parts.media), (self._mouth, parts.snoop)):
            await media.bind()
            entered = self._expect(channel)
            await media.connect(await client.external_media(channel, FORMATS[RATE], media.asked()))
            await entered

    async def _comes(self) -> bool:
        """Whether what Asterisk says by itself arrives."""
        playback = f"{self._parts.name}.beep"
        finished = self._expect(playback)
        await self._client.play(self._parts.media, playback, [BEEP])
        await finished
        await asyncio.sleep(SETTLES)
        return any(is_loud(piece) for _, piece in self._ear.pieces)

    async def _begin(self) -> None:
        """Until something comes back, or is to be expected to."""
        self._ear.forget()
        for _ in range(AHEAD):
            self._mouth.send(QUIET)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PIECE):
                    await self._ear.came.wait()
                    return

    async def _send(self) -> list[float]:
        """When each tone was sent."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        sent = []
        for number in range(TONES + AFTER):
            await asyncio.sleep(max(0.0, begin + number * PIECE - loop.time()))
            if number < TONES:
                sent.append(loop.time())
            self._mouth.send(tone(number) if number < TONES else QUIET)
        return sent

    async def _all_back(self) -> dict[int, float]:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LATEST):
                while len(self._ear.tones()) < TONES:
                    self._ear.came.clear()
                    await self._ear.came.wait()
        return self._ear.tones()

    def _told(self, sent: list[float], found: dict[int, float], *, comes: bool) -> RoundTrip:
        times = [moment - sent[number] for number, moment in found.items()]
        return RoundTrip(
            sent=len(sent),
            back=len(found),
            other=0 if found else self._ear.others(),
            refused=self._hears.refused,
            seconds=statistics.median(times) if times else 0.0,
            there=f"{self._mouth.ours} to {self._mouth.theirs}",
            here=f"{self._hears.theirs} to {self._hears.ours}",
            comes=comes,
        )

    async def _give_back(self) -> None:
        """Whatever there is of it, in Asterisk and here."""
        self._mouth.close()
        self._hears.close()
        client, parts = self._client, self._parts
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(client.timings.stopped):
                await asyncio.gather(
                    client.remove_bridge(parts.name),
                    client.hang_up(parts.snoop, NORMAL),
                    client.hang_up(parts.media, NORMAL),
                    return_exceptions=True,
                )
