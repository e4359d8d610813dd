from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from ivrkit.call import Call
from ivrkit.call.channel import ChannelEvent, Gap, HungUp
from ivrkit.call.events import TraceEvent
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.channels.ari.channel import AriChannel
from ivrkit.errors import StoreError
from ivrkit.handoff import AsteriskQueues, HandoffSettings, Payloads
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import QUIET, eventually, uri

SECRET = "a-secret-of-the-site"


class HangUp(Exception):
    """What the engine raises into a step when the caller hangs up."""


class Mailbox:
    def __init__(self) -> None:
        self.events: deque[ChannelEvent] = deque()
        self.woken = asyncio.Event()

    def put(self, event: ChannelEvent) -> None:
        self.events.append(event)
        self.woken.set()

    async def receive(self, *kinds: type, until: float | None = None) -> Any:
        while True:
            for event in list(self.events):
                if isinstance(event, HungUp):
                    raise HangUp
                if isinstance(event, Gap):
                    self.events.remove(event)
                if isinstance(event, kinds):
                    self.events.remove(event)
                    return event
            if until is not None:
                return None
            self.woken.clear()
            await self.woken.wait()


@dataclass
class Kept:
    document: bytes | None
    call: str
    expires: datetime | None


class Shelf:
    """A store of payloads."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self.broken = False

    async def put_payload(
        self,
        payload_id: str,
        document: bytes,
        expires: datetime | None = None,
        *,
        call_id: str = "",
    ) -> None:
        if self.broken:
            raise StoreError("the disk is full")
        self.kept[payload_id] = Kept(document, call_id, expires)

    async def payload(self, payload_id: str) -> Kept | None:
        if self.broken:
            raise StoreError("the disk is full")
        return self.kept.get(payload_id)


@dataclass
class CallOnChannel:
    """A call of the driver on the fake Asterisk, with as much of an engine as a queue needs."""

    driver: AriChannel
    mailbox: Mailbox
    traced: list[TraceEvent] = field(default_factory=list)
    id: str = "c1"

    @property
    def channel(self) -> Any:
        return _WithMailbox(self.driver, self.mailbox)

    @property
    def clock(self) -> Any:
        return SimpleNamespace(time=lambda: float(len(self.traced)))

    def trace(self, event: TraceEvent) -> None:
        self.traced.append(event)

    @property
    def as_call(self) -> Call:
        return cast(Call, self)


class _WithMailbox:
    def __init__(self, driver: AriChannel, mailbox: Mailbox) -> None:
        self._driver = driver
        self.receive = mailbox.receive

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)


class Site:
    """Queues on a fake Asterisk."""

    def __init__(self, asterisk: FakeAsterisk, settings: HandoffSettings, **ari: Any) -> None:
        self.asterisk = asterisk
        self.carrier = AriCarrier(asterisk.settings(**ari), uri, timings=QUIET)
        self.shelf = Shelf()
        self.payloads = Payloads(self.shelf, settings)
        self.queues = AsteriskQueues(settings, self.payloads, self.carrier.evaluate)
        self._boxes: dict[str, Mailbox] = {}

    async def __aenter__(self) -> Site:
        await self.carrier.start(self._receive)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.carrier.stop()
        await self.payloads.stop()

    def _receive(self, arrival: Any) -> Any:
        self._boxes[arrival.channel.id] = Mailbox()
        return self._boxes[arrival.channel.id].put

    async def call(self) -> CallOnChannel:
        name = self.asterisk.call()
        driver = await eventually(lambda: self.carrier.channels_by_id.get(name))
        return CallOnChannel(driver, self._boxes[name])

    async def adopt(self, name: str) -> CallOnChannel:
        """The call of an engine that died."""
        mailbox = Mailbox()
        await self.carrier.channels()
        return CallOnChannel(self.carrier.adopt(name, mailbox.put), mailbox)

    async def queued(self, call: CallOnChannel) -> dict[str, str]:
        """Wait until the call is in the queue; its variables."""
        fake = self.asterisk.channels[call.driver.id]
        await eventually(lambda: fake.place == ("ivrkit-queue", "s", 1) and not fake.here)
        return fake.variables

    def end(self, call: CallOnChannel, status: str, **variables: str) -> None:
        """The queue is over, the call comes back."""
        fake = self.asterisk.channels[call.driver.id]
        fake.variables.update({"QUEUESTATUS": status, **variables})
        self.asterisk.back(fake.id)
