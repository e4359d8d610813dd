"""Sends what is in the outbox: in its order, at least once, and none is lost."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from ivrkit.call.outbox import Kept, Outbox, Waiting
from ivrkit.connectors.messaging.link import Link, Outgoing
from ivrkit.connectors.messaging.settings import BrokerSettings
from ivrkit.errors import ConnectionLost, IvrkitError, RequestRefused, StoreError
from ivrkit.expressions.durations import format_duration

LOG = logging.getLogger(__name__)

AT_ONCE: Final = 50
"""Messages between two looks into the outbox; so many at most are sent twice when the engine is
killed."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds until a broker that is away is tried again: twice as long each time."""
LOOK_AGAIN: Final = 30.0
"""Seconds between two looks when nothing has come: what was put off may be due."""
REFUSED_FIRST, REFUSED_LONGEST = timedelta(seconds=10), timedelta(minutes=10)
"""How long a message that the broker does not want is put off: twice as long each time."""


class Forwarder:
    """Empties the outbox of one broker. ``link`` gives an open link, ``drop`` ends one that does
    not answer."""

    def __init__(
        self,
        name: str,
        settings: BrokerSettings,
        outbox: Outbox,
        link: Callable[[], Awaitable[Link]],
        drop: Callable[[Link], Awaitable[None]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.name = name
        self._settings = settings
        self._outbox = outbox
        self._link = link
        self._drop = drop
        self._now = now
        self._arrived = asyncio.Event()
        self._error = ""
        self.waiting = Waiting()
        """How much waited at the last look."""

    def wake(self) -> None:
        """Something was put into the outbox."""
        self._arrived.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        pause = 0.0
        while True:
            self._arrived.clear()
            try:
                more = await self._send_some()
            except Exception as error:  # whatever it was, what waits is not to wait for ever
                pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, 2 * pause))
                self._failed(error)
                await self._rest(pause)
                continue
            pause, self._error = 0.0, ""
            await self._look()
            if not more:
                await self._comes(LOOK_AGAIN)

    def troubles(self) -> list[str]:
        """What an engineer has to know: messages that wait for long, or that are not wanted."""
        waiting, found = self.waiting, []
        if waiting.since is not None:
            waits = self._now() - waiting.since
            if waits > self._settings.outbox.alarm:
                for_long = format_duration(timedelta(seconds=round(waits.total_seconds())))
                reason = self._error or waiting.reason
                wait = "message waits" if waiting.count == 1 else "messages wait"
                found.append(
                    f"{waiting.count} {wait} in the outbox of {self.name}, the oldest for "
                    f"{for_long}" + (f": {reason}" if reason else "")
                )
        if waiting.refused:
            found.append(
                f"{waiting.refused} messages of the outbox are not wanted by {self.name}: "
                f"{waiting.reason}"
            )
        return found

    # ---- inside ----------------------------------------------------------------------------------

    async def _send_some(self) -> bool:
        """Send the oldest; True when more may be due. Raises IvrkitError when the broker or the
        store is away; what was sent until then is struck out."""
        expired = await self._outbox.drop_expired(self.name, self._now())
        if expired:
            LOG.error("%s: %d messages have expired in the outbox unsent", self.name, expired)
        due = await self._outbox.due(self.name, self._now(), AT_ONCE)
        if not due:
            return False
        link = await self._link()
        sent: list[str] = []
        try:
            for each in due:
                if await self._send(link, each):
                    sent.append(each.key)
        finally:
            if sent:
                await self._outbox.sent(sent)
        return True

    async def _send(self, link: Link, kept: Kept) -> bool:
        """Send one; False when it was put off. Raises ConnectionLost and StoreError."""
        if kept.document is None:
            await self._put_off(kept, "it was sealed with another key of the store")
            return False
        try:
            message = msgspec.json.decode(kept.document, type=Outgoing)
        except msgspec.MsgspecError:
            await self._put_off(kept, "another version of ivrkit has written it")
            return False
        lives = (kept.expires - self._now()).total_seconds()
        try:
            async with asyncio.timeout(self._settings.timeout.total_seconds()):
                await link.publish(message, lives=max(0.001, lives))
        except RequestRefused as error:
            await self._put_off(kept, error.message)
            return False
        except TimeoutError:
            # A broker that says nothing would get it again and again over the same connection.
            await self._drop(link)
            raise ConnectionLost(f"{self.name} does not confirm messages") from None
        return True

    async def _put_off(self, kept: Kept, reason: str) -> None:
        pause = min(REFUSED_LONGEST, REFUSED_FIRST * 2 ** min(kept.tries, 10))
        LOG.warning("%s: a message of the outbox is put off: %s", self.name, reason)
        await self._outbox.put_off(kept.key, self._now() + pause, reason)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, IvrkitError):
            reason = error.message
        else:  # its text may quote the message
            place = traceback.extract_tb(error.__traceback__)[-1]
            reason = f"{type(error).__name__} in {place.name} ({place.filename}:{place.lineno})"
        if reason != self._error:
            self._error = reason
            LOG.warning("%s: the outbox waits: %s", self.name, reason)

    async def _look(self) -> None:
        try:
            self.waiting = await self._outbox.waiting(self.name)
        except StoreError as error:
            LOG.debug("%s: %s", self.name, error)

    async def _rest(self, seconds: float) -> None:
        """Leave the broker alone, and see meanwhile how much waits."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        await self._look()
        while await self._comes(until - loop.time()):
            self._arrived.clear()
            await self._look()

    async def _comes(self, seconds: float) -> bool:
        """Whether something comes within this time."""
        try:
            async with asyncio.timeout(seconds):
                await self._arrived.wait()
        except TimeoutError:
            return False
        return True
