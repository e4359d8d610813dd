"""The driver on a real Asterisk, and a telephone made of ARI alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from ivrkit.call.channel import Arrival, Deliver, SentBack
from ivrkit.call.prompt import Media
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.channels.ari.channel import AriChannel
from ivrkit.channels.ari.client import AriClient
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.handoff.support import CallOnChannel, Mailbox


async def eventually(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait until something is so; it must become so."""
    async with asyncio.timeout(seconds):
        while not (value := condition()):
            await asyncio.sleep(0.01)
    return value


def settings(asterisk: PrivateAsterisk, **changes: Any) -> AriSettings:
    site = {"url": asterisk.ari_url, "user": asterisk.ari_user, "password": asterisk.ari_password}
    return AriSettings(**{**site, **changes})


def sound(name: str, seconds: float = 5.0) -> Media:
    return Media(Path(name), seconds)


class Engine:
    """As much of an engine as the driver needs."""

    def __init__(self, asterisk: PrivateAsterisk, **changes: Any) -> None:
        self._asterisk = asterisk
        self.carrier = AriCarrier(settings(asterisk, **changes), lambda m: f"sound:{m.path}")
        self.calls: list[CallOnChannel] = []
        self.arguments: list[tuple[str, ...]] = []
        self.taking = True

    async def __aenter__(self) -> Engine:
        await self.carrier.start(self._receive)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """End it, and wait until Asterisk knows: else it may take the application away from the
        next one, which hears nothing then until it has found that out."""
        known, connected = len(self._asterisk.log()), self.carrier.client.is_connected
        await self.carrier.stop()
        ended = f"Deactivating Stasis app '{self.carrier.settings.application}'"
        if connected:
            await eventually(lambda: ended in self._asterisk.log()[known:])

    def _receive(self, arrival: Arrival) -> Deliver | SentBack:
        if not self.taking:
            return SentBack.BUSY
        assert isinstance(arrival.channel, AriChannel)
        call = CallOnChannel(arrival.channel, Mailbox(), id=f"c{len(self.calls)}")
        self.calls.append(call)
        self.arguments.append(arrival.arguments)
        return call.mailbox.put

    async def next(self, index: int = 0) -> CallOnChannel:
        """The call that comes in."""
        await eventually(lambda: len(self.calls) > index)
        return self.calls[index]

    async def adopt(self, name: str) -> CallOnChannel:
        mailbox = Mailbox()
        await self.carrier.channels()
        return CallOnChannel(self.carrier.adopt(name, mailbox.put), mailbox)


async def heard(call: CallOnChannel, *kinds: type) -> Any:
    """The next event of these kinds."""
    async with asyncio.timeout(20):
        return await call.channel.receive(*kinds)


class LocalPhone:
    """A caller on a Local channel, who is held by an application of its own."""

    def __init__(self, client: AriClient, channel: str) -> None:
        self.client = client
        self.channel = channel

    async def press(self, keys: str) -> None:
        await self.client.send_keys(self.channel, keys)

    async def hang_up(self) -> None:
        await self.client.hang_up(self.channel, 16)


@asynccontextmanager
async def local_phone(asterisk: PrivateAsterisk, number: str = "801") -> AsyncIterator[LocalPhone]:
    """Call a number. The call ends with the context, on both sides."""
    client = AriClient(settings(asterisk, application="test-phone"))
    await client.start()
    try:
        made = await client.originate(
            f"Local/{number}@ivrkit-phone", channel=f"phone-{uuid4().hex}", caller="4930123"
        )
        phone = LocalPhone(client, made.id)
        try:
            yield phone
        finally:
            await phone.hang_up()
            async with asyncio.timeout(20):
                while await client.channel(phone.channel):
                    await asyncio.sleep(0.05)
    finally:
        await client.stop()
