"""The driver on a real Asterisk, and a telephone made of ARI alone."""

from __future__ import annotations

import asyncio
import contextlib
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
        self.carrier = AriCarrier(settings(asterisk, **changes), lambda m: f"sound:{m.path}")
        self.calls: list[CallOnChannel] = []
        self.arguments: list[tuple[str, ...]] = []
        self.taking = True

    async def __aenter__(self) -> Engine:
        await self.carrier.start(self._receive)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.carrier.stop()

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


class Wire:
    """The network between the engine and Asterisk, which can be cut."""

    def __init__(self, asterisk: PrivateAsterisk) -> None:
        self._host, _, port = asterisk.ari_url.split("/")[2].partition(":")
        self._port = int(port)
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""

    async def __aenter__(self) -> Wire:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """End all connections without a word."""
        for writer in self._writers:
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        self._writers |= {writer, back}
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._carry(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                sink.write(data)
        self._writers.discard(sink)
        sink.close()


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
        yield phone
        await phone.hang_up()
        async with asyncio.timeout(20):
            while await client.channel(phone.channel):
                await asyncio.sleep(0.05)
    finally:
        await client.stop()
