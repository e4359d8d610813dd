"""All taps of one Asterisk: opened, ended with their calls, and never left behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from ivrkit.channels.ari.audio.media import FORMATS, MODULES, Choice, Media, chosen
from ivrkit.channels.ari.audio.outlet import Outlet
from ivrkit.channels.ari.audio.parts import Parts, ours
from ivrkit.channels.ari.audio.rtp import RtpMedia
from ivrkit.channels.ari.audio.tap import NORMAL, Tap
from ivrkit.channels.ari.audio.websocket import WebSocketMedia
from ivrkit.channels.ari.client import AriClient
from ivrkit.errors import CarrierError

logger = logging.getLogger("ivrkit.ari")

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class Taps:
    """The taps of this engine, by their names. ``spawn`` runs a task until the carrier stops."""

    def __init__(self, client: AriClient, spawn: Spawn) -> None:
        self._client = client
        self._spawn = spawn
        self._taps: dict[str, tuple[Tap, asyncio.Task[None]]] = {}
        self._by_part: dict[str, Tap] = {}
        self.choice = Choice(None, "Asterisk has not been asked yet")

    async def choose(self) -> None:
        """Find out by which way audio comes out of this Asterisk."""
        running = [module for module in MODULES if await self._client.runs(module)]
        self.choice = chosen(self._client.settings.media, running, self._client.version)
        if self.choice.transport is None:
            logger.info("callers cannot be listened to: %s", self.choice.text)

    async def open(self, name: str, channel: str, take: Callable[[bytes], None], rate: int) -> None:
        """Begin to listen to a channel. Raises ChannelGone or CarrierError."""
        if self.choice.transport is None:
            raise CarrierError(
                f"callers cannot be listened to: {self.choice.text}", hint=self.choice.remedy
            )
        if rate not in FORMATS:
            raise CarrierError(f"audio is not to be had with {rate} samples a second")
        await self.close(name)
        tap = Tap(
            name, channel, self._client, Outlet(name, take, rate), self._media, rate, self._by_part
        )
        task = self._spawn(tap.run())
        self._taps[name] = (tap, task)
        task.add_done_callback(lambda _: self._done(tap))
        try:
            await tap.opened
        except BaseException:
            tap.end()
            raise

    async def close(self, name: str) -> None:
        """End a tap; what it took is given back meanwhile, and usually has been at the end."""
        tap, task = self._taps.get(name, (None, None))
        if tap is not None and task is not None:
            tap.end()
            await asyncio.wait((task,), timeout=self._client.timings.stopped)

    def end_those_of(self, channel: str) -> None:
        """A call is over, or in other hands: nobody listens to it any more."""
        for tap, _ in self._taps.values():
            if tap.channel == channel:
                tap.end()

    async def stop(self) -> None:
        """End all, while Asterisk is still connected."""
        tasks = [task for _, task in self._taps.values()]
        for tap, _ in self._taps.values():
            tap.end()
        if tasks:
            await asyncio.wait(tasks, timeout=self._client.timings.stopped)

    def entered(self, part: str) -> None:
        """A channel of a tap has come into our application."""
        if part in self._by_part:
            self._by_part[part].entered(part)

    def lost(self, part: str) -> None:
        """A channel of a tap is gone."""
        if part in self._by_part:
            self._by_part[part].lost()

    async def compare(self) -> None:
        """See what of them Asterisk has. A tap that lacks a channel is opened again; what belongs
        to none is left over, and goes: an engine died, or Asterisk was away when it should have
        gone."""
        before = [(tap, tap.parts) for tap, _ in self._taps.values()]
        there = {channel.id for channel in await self._client.channels()}
        for tap, parts in before:
            if parts is not None and parts is tap.parts and not parts.channels <= there:
                tap.lost()
        mine = ours(self._client.application)
        for name in sorted(each for each in there if each.startswith(mine)):
            if name not in self._by_part:
                await self._client.hang_up(name, NORMAL)
        for bridge in await self._client.bridges() if self.choice.transport else ():
            if bridge.id.startswith(mine) and Parts(bridge.id).snoop not in self._by_part:
                await self._client.remove_bridge(bridge.id)

    def _done(self, tap: Tap) -> None:
        tap.done()
        known = self._taps.get(tap.name)
        if known is not None and known[0] is tap:
            del self._taps[tap.name]

    def _media(self, outlet: Outlet, lost: Callable[[], None]) -> Media:
        client = self._client
        if self.choice.transport == "websocket":
            return WebSocketMedia(client.settings, client.timings, outlet, lost)
        return RtpMedia(client.settings, outlet)
