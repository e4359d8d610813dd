"""A channel to ask Asterisk by, and a call to play something on.

ARI evaluates dialplan functions on channels only. The channel to ask by is a Local channel that
is created and never dialled: nothing in the dialplan runs. The call goes to the shipped echo
number, which needs no engine and reaches nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import secrets
from collections.abc import AsyncIterator

from ivrkit.channels.ari.audio.media import Choice
from ivrkit.channels.ari.audio.taps import Taps
from ivrkit.channels.ari.client import AriClient
from ivrkit.channels.ari.events import Handled
from ivrkit.channels.ari.generated.events import ChannelDestroyed, PlaybackFinished, StasisStart
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.errors import CarrierError, CarrierUnavailable
from ivrkit.service.doctor.exchange import BEEP, Exchange, RoundTrip

NORMAL = 16
ANSWERS_SECONDS = 10.0
LONGEST_SECONDS = 300.0
"""What a doctor that was killed has left is gone after so long: longer than an examination takes,
however slow Asterisk is."""
ECHO = "901@ivrkit-phone"


class Probe:
    """A connection of its own: the engine's application is left alone."""

    def __init__(self, settings: AriSettings) -> None:
        own = f"{settings.application[:30]}-doctor-{os.getpid()}"
        self.client = AriClient(
            settings.model_copy(update={"application": own}), on_event=self._heard
        )
        self.client.longest = LONGEST_SECONDS
        self._name = f"ivrkit-doctor-{secrets.token_hex(8)}"
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._calls = itertools.count(1)
        self._taps = Taps(self.client, asyncio.create_task)

    async def start(self) -> None:
        """Connect. Raises CarrierUnavailable."""
        await self.client.start()
        try:
            await self.client.create("Local/s@ivrkit-fallback", self._name)
        except CarrierError as error:
            await self.client.stop()
            if isinstance(error, CarrierUnavailable):
                raise
            raise CarrierError(
                f"a channel to try things on cannot be created: {error.message}",
                hint="is chan_local (part of Asterisk's core) there, and the ARI user not "
                "read_only?",
            ) from None

    async def stop(self) -> None:
        """Remove the channel and let go."""
        await self._taps.stop()
        with contextlib.suppress(CarrierError):
            await self.client.hang_up(self._name, NORMAL)
        await self.client.stop()

    async def ask(self, expression: str) -> str | None:
        """A variable or dialplan function; None where Asterisk cannot tell."""
        try:
            return await self.client.variable(self._name, expression)
        except CarrierError:
            return None

    async def exists(self, context: str, extension: str = "s") -> bool:
        """Whether the dialplan has this extension."""
        return await self.ask(f"DIALPLAN_EXISTS({context},{extension},1)") == "1"

    async def record(self) -> str:
        """Try to record; empty when it works, else Asterisk's words."""
        body = {"name": self._name, "format": "wav", "ifExists": "overwrite"}
        uri = f"channels/{self._name}/record"
        reply = await self.client.request("POST", uri, body, repeat=False)
        if reply.ok:
            await self.client.request("DELETE", f"recordings/live/{self._name}")
        return "" if reply.ok else reply.message or f"HTTP {reply.status}"

    async def play(self, media: str) -> str:
        """Play on a call to the echo number; ``done``, or what came instead."""
        try:
            async with asyncio.timeout(ANSWERS_SECONDS), self._call() as channel:
                playback = f"{channel}-play"
                finished = self._expect(playback)
                await self.client.play(channel, playback, [media])
                return await finished
        except TimeoutError:
            return "no answer"

    async def way_of_audio(self) -> Choice:
        """By which way audio comes out of this Asterisk."""
        await self._taps.choose()
        return self._taps.choice

    async def listen(self) -> bool:
        """Whether a beep on a call to the echo number is heard here. Raises CarrierError."""
        heard = asyncio.Event()

        def take(piece: bytes) -> None:
            if any(piece):
                heard.set()

        try:
            async with asyncio.timeout(ANSWERS_SECONDS), self._call() as channel:
                await self._taps.open(channel, channel, take, 8000)
                beep = f"{channel}-beep"
                finished = self._expect(beep)
                await self.client.play(channel, beep, [BEEP, BEEP])
                if await finished != "done":
                    raise CarrierError(
                        "the sound `beep` cannot be played", hint="install Asterisk's core sounds"
                    )
                await heard.wait()
                return True
        except TimeoutError:
            return False
        finally:
            await self._taps.stop()

    async def round_trip(self) -> RoundTrip:
        """Send a sound into Asterisk over RTP, and hear it come out. Raises CarrierError."""
        try:
            async with asyncio.timeout(ANSWERS_SECONDS):
                return await Exchange(self.client, self._expect).run()
        except TimeoutError:
            raise CarrierError("Asterisk makes no channels for audio in time") from None

    @contextlib.asynccontextmanager
    async def _call(self) -> AsyncIterator[str]:
        # Each a name of its own: the end of one must not be taken for that of the next.
        channel = f"{self._name}-call-{next(self._calls)}"
        answered = self._expect(channel)
        await self.client.originate(f"Local/{ECHO}", channel=channel)
        try:
            if await answered != "answered":
                raise CarrierError(f"{ECHO} does not answer")
            yield channel
        finally:
            await self.client.hang_up(channel, NORMAL)

    def _expect(self, name: str) -> asyncio.Future[str]:
        self._waiting[name] = asyncio.get_running_loop().create_future()
        return self._waiting[name]

    def _heard(self, event: Handled) -> None:
        if isinstance(event, StasisStart):
            self._taps.entered(event.channel.id)
            self._happened(event.channel.id, "answered")
        elif isinstance(event, ChannelDestroyed):
            self._happened(event.channel.id, "gone")
        elif isinstance(event, PlaybackFinished):
            self._happened(event.playback.id, event.playback.state)

    def _happened(self, name: str, what: str) -> None:
        waiting = self._waiting.get(name)
        if waiting is not None and not waiting.done():
            waiting.set_result(what)
