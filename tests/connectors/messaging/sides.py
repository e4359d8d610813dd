"""The other side of a broker: who takes messages and answers questions, for either protocol."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aio_pika
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ivrkit.testing.brokers import PASSWORD, USER, PrivateBroker

Reply = tuple[Any, dict[str, str]]
"""What is answered: data, or bytes as they are, and headers."""


@dataclass(frozen=True)
class Taken:
    """A message, as a consumer got it."""

    id: str
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    persistent: bool = True
    expires: float | None = None

    @property
    def data(self) -> Any:
        return json.loads(self.body)


class Side(ABC):
    """A consumer's connection. ``taken`` is what has arrived."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.taken: list[Taken] = []
        self._changed = asyncio.Event()

    @abstractmethod
    async def open(self) -> None: ...

    @abstractmethod
    async def close(self) -> None: ...

    @abstractmethod
    async def declare(self, to: str) -> None:
        """Messages for this destination are kept from now on."""

    @abstractmethod
    async def take(self, to: str) -> None:
        """Take what is for this destination."""

    @abstractmethod
    async def answer(self, to: str, how: Callable[[Taken], Reply | None]) -> None:
        """Answer what is asked there; None: no answer."""

    def _took(self, taken: Taken) -> None:
        self.taken.append(taken)
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not true():
                await self._changed.wait()

    async def until_taken(self, count: int) -> list[Taken]:
        await self.until(lambda: len(self.taken) >= count)
        return self.taken

    async def until_all(self, ids: set[str]) -> None:
        """Until each of these has come, however often."""
        await self.until(lambda: ids <= {each.id for each in self.taken})


class AmqpSide(Side):
    """With durable queues on the default exchange."""

    async def open(self) -> None:
        self._connection = await aio_pika.connect(self.url, login=USER, password=PASSWORD)
        self._channel = await self._connection.channel()

    async def close(self) -> None:
        await self._connection.close()

    async def declare(self, to: str) -> None:
        await self._channel.declare_queue(to, durable=True)

    async def take(self, to: str) -> None:
        await self.answer(to, lambda taken: None)

    async def answer(self, to: str, how: Callable[[Taken], Reply | None]) -> None:
        async def taken(message: Any) -> None:
            got = Taken(
                message.message_id,
                message.body,
                message.content_type,
                dict(message.headers),
                message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT,
                message.expiration,
            )
            reply = how(got)
            await message.ack()
            if reply is not None:
                data, headers = reply
                body, kind = encoded(data)
                answer = aio_pika.Message(
                    body,
                    headers=dict(headers),
                    content_type=kind,
                    correlation_id=message.correlation_id,
                )
                await self._channel.default_exchange.publish(answer, message.reply_to)
            self._took(got)

        queue = await self._channel.declare_queue(to, durable=True)
        await queue.consume(taken)


class MqttSide(Side):
    """With a session that the broker keeps."""

    def __init__(self, url: str, name: str = "consumer") -> None:
        super().__init__(url)
        self._loop = asyncio.get_running_loop()
        self._answers: dict[str, Callable[[Taken], Reply | None]] = {}
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=name,
            protocol=paho.MQTTv5,
            reconnect_on_failure=False,
        )
        self._done: asyncio.Queue[None] = asyncio.Queue()
        self._client.on_connect = lambda *_: self._tell(self._done.put_nowait, None)
        self._client.on_subscribe = lambda *_: self._tell(self._done.put_nowait, None)
        self._client.on_message = lambda c, u, message: self._tell(self._taken, message)

    def _tell(self, what: Callable[..., None], *arguments: Any) -> None:
        self._loop.call_soon_threadsafe(what, *arguments)

    async def open(self) -> None:
        keep = Properties(PacketTypes.CONNECT)
        keep.SessionExpiryInterval = 600
        host, port = self.url.removeprefix("mqtt://").split(":")
        await asyncio.to_thread(
            self._client.connect, host, int(port), 60, clean_start=False, properties=keep
        )
        self._client.loop_start()
        async with asyncio.timeout(20):
            await self._done.get()

    async def close(self) -> None:
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    async def declare(self, to: str) -> None:
        await self.answer(to, lambda taken: None)

    async def take(self, to: str) -> None:
        await self.answer(to, lambda taken: None)

    async def answer(self, to: str, how: Callable[[Taken], Reply | None]) -> None:
        self._answers[to] = how
        self._client.subscribe(to, qos=1)
        async with asyncio.timeout(20):
            await self._done.get()

    def _taken(self, message: Any) -> None:
        properties = message.properties
        headers = dict(getattr(properties, "UserProperty", ()))
        got = Taken(
            headers.pop("message-id", ""),
            message.payload,
            properties.ContentType,
            headers,
            expires=getattr(properties, "MessageExpiryInterval", None),
        )
        how = self._answers.get(message.topic)  # none yet for what the broker has kept
        reply = None if how is None else how(got)
        if reply is not None:
            data, more = reply
            body, kind = encoded(data)
            answer: Any = Properties(PacketTypes.PUBLISH)
            answer.CorrelationData = properties.CorrelationData
            answer.ContentType = kind
            answer.UserProperty = list(more.items())
            self._client.publish(properties.ResponseTopic, body, qos=1, properties=answer)
        self._took(got)


def encoded(data: Any) -> tuple[bytes, str]:
    if isinstance(data, bytes):
        return data, "text/plain"
    return json.dumps(data).encode(), "application/json"


@asynccontextmanager
async def side_of(broker: PrivateBroker) -> AsyncIterator[Side]:
    """A consumer at this broker."""
    side: Side = AmqpSide(broker.url) if broker.scheme == "amqp" else MqttSide(broker.url)
    await side.open()
    try:
        yield side
    finally:
        await side.close()
