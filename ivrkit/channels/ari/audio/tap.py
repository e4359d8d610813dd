"""One tap: what it makes in Asterisk, and that all of it is given back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

from ivrkit.channels.ari.audio.media import FORMATS, Media
from ivrkit.channels.ari.audio.outlet import Outlet
from ivrkit.channels.ari.audio.parts import Parts
from ivrkit.channels.ari.client import AriClient
from ivrkit.channels.ari.generated.channels import Channel
from ivrkit.errors import CarrierError, ChannelGone

logger = logging.getLogger("ivrkit.ari")

TRIES: Final = 4
"""How often a tap that broke is opened again before it is given up."""
NORMAL: Final = 16
"""The Q.850 cause of a channel that has done its work."""
PAUSE: Final = 0.1
"""Seconds before the first of these; each time twice as many."""


class Tap:
    """The life of one tap, in a task of its own (:meth:`run`), which ends only when everything is
    given back: whoever opens it may be cancelled in the middle.

    One that breaks while it is wanted (Asterisk ends a part of it, a connection is cut) is opened
    anew; who listens learns it when it is given up.
    """

    def __init__(
        self,
        name: str,
        channel: str,
        client: AriClient,
        outlet: Outlet,
        media: Callable[[Outlet, Callable[[], None]], Media],
        rate: int,
        routes: dict[str, Tap],
    ) -> None:
        self.name = name
        self.channel = channel
        self._client = client
        self._outlet = outlet
        self._make = media
        self._rate = rate
        self._routes = routes
        self._media: Media | None = None
        self._ended = False
        self._over = asyncio.Event()
        self._inside: set[str] = set()
        self._entered = asyncio.Event()
        self._parts: Parts | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when it hears, or has failed to."""

    def end(self) -> None:
        """It is not wanted any more: nothing is taken from now on, and all is given back."""
        self._ended = True
        self._outlet.close()
        self._over.set()
        self._entered.set()

    @property
    def parts(self) -> Parts | None:
        """What it has in Asterisk; None while that is made, and when there is nothing."""
        return self._parts if self._entered.is_set() else None

    def entered(self, part: str) -> None:
        """One of its channels has come into our application."""
        self._inside.add(part)
        if len(self._inside) == 2:
            self._entered.set()

    def lost(self) -> None:
        """A part of it is gone."""
        self._over.set()

    async def run(self) -> None:
        """Open it, keep it open, give everything back."""
        try:
            for pause in (0.0, *(PAUSE * 2**each for each in range(TRIES))):
                if await self._ended_within(pause):
                    break
                await self._live()
            else:
                logger.warning("tap %s breaks again and again, and is given up", self.name)
                self._outlet.end()
        except CarrierError as error:
            if self.opened.done():
                logger.info("tap %s is over: %s", self.name, error)
            else:
                self.opened.set_exception(error)

    def done(self) -> None:
        """The task is over, however it came to that; whoever waits for the opening learns it."""
        self._outlet.close()
        if self._outlet.dropped:
            logger.info("%d pieces of tap %s were not taken", self._outlet.dropped, self.name)
        if not self.opened.done():
            self.opened.set_exception(ChannelGone("the call has ended, or listening to it"))

    async def _live(self) -> None:
        """One opening, until it ends or breaks. Raises CarrierError when it cannot be opened for
        the first time, or never more."""
        self._over.clear()
        self._entered.clear()
        self._inside.clear()
        try:
            await self._open()
            if not (self._ended or self.opened.done()):
                self._outlet.begin()
                self.opened.set_result(None)
            await self._over.wait()
            if not self._ended:
                logger.info("tap %s broke, and is opened again", self.name)
        except CarrierError as error:
            if isinstance(error, ChannelGone) or not self.opened.done():
                raise
            logger.warning("tap %s: %s", self.name, error)
        finally:
            await self._give_back()

    async def _ended_within(self, pause: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                while not self._ended:
                    self._over.clear()
                    await self._over.wait()
        return self._ended

    async def _open(self) -> None:
        client = self._client
        media = self._media = self._make(self._outlet, self.lost)
        await media.bind()
        parts = self._parts = Parts.of(client.application, self.name)
        # Before they are asked for: the first events may overtake the replies.
        self._routes[parts.snoop] = self._routes[parts.media] = self
        made = await asyncio.gather(
            client.snoop(self.channel, parts.snoop),
            client.external_media(parts.media, FORMATS[self._rate], media.asked()),
            client.make_bridge(parts.name),
            return_exceptions=True,
        )
        failures = [each for each in made if isinstance(each, BaseException)]
        # That the caller is gone explains all the rest.
        for failure in sorted(failures, key=lambda each: not isinstance(each, ChannelGone)):
            raise failure
        assert isinstance(made[1], Channel)
        await media.connect(made[1])
        with contextlib.suppress(TimeoutError):  # the news may be lost: then it is tried
            async with asyncio.timeout(client.timings.first):
                await self._entered.wait()
        await client.join(parts.name, (parts.snoop, parts.media))

    async def _give_back(self) -> None:
        """Whatever there is of it. What Asterisk cannot be told now is swept away later."""
        media, self._media = self._media, None
        if media is not None:
            media.close()
        parts, self._parts = self._parts, None
        if parts is None:
            return
        given = await asyncio.gather(
            self._client.remove_bridge(parts.name),
            self._client.hang_up(parts.snoop, NORMAL),
            self._client.hang_up(parts.media, NORMAL),
            return_exceptions=True,
        )
        self._routes.pop(parts.snoop, None)
        self._routes.pop(parts.media, None)
        for failure in given:
            if isinstance(failure, CarrierError):
                logger.info("tap %s leaves something behind: %s", self.name, failure)
