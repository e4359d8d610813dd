"""AMQP 0-9-1: RabbitMQ and its like, by aio-pika (extra ``amqp``).

One channel publishes with confirms; answers come over an exclusive queue that the broker names, on
a channel of its own: a right that is missing for the one does not end the other.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from typing import Any, ClassVar, Final
from urllib.parse import unquote

from ivrkit.connectors.messaging.link import Around, Incoming, Link, Outgoing, unroutable
from ivrkit.connectors.messaging.settings import BrokerSettings
from ivrkit.errors import ConnectorError, NotAvailable, RequestRefused
from ivrkit.expressions.secrets import MASK

PORT, TLS_PORT = 5672, 5671
FORCED: Final = 320
"""AMQP 0-9-1, 1.1: an operator has closed the connection, "for some reason", which is told."""
_QUOTED: Final = re.compile(r"""(?P<mark>['"])(?P<name>.*?)(?:(?P=mark)|$)""", re.DOTALL)


class AmqpLink(Link):
    """A connection of aio-pika, whose own reconnecting is not used: it would send again, in
    silence, what nobody knows the fate of."""

    protocol: ClassVar[str] = "amqp"
    mandatory: ClassVar[bool] = True

    def __init__(
        self, settings: BrokerSettings, security: ssl.SSLContext | None, around: Around
    ) -> None:
        super().__init__(settings, security, around)
        try:
            import aio_pika
        except ImportError:
            raise NotAvailable(
                "AMQP needs the package aio-pika", hint="pip install 'ivrkit[amqp]'"
            ) from None
        # What it tells of lost connections is told by us, without a traceback; and at debug level
        # they would tell every message.
        for library in ("aiormq", "aio_pika"):
            logging.getLogger(library).setLevel(logging.CRITICAL)
        self._pika: Any = aio_pika
        self._connection: Any = None
        self._exchange: Any = None
        self._replies: Any = None
        self._listening = asyncio.Lock()

    @property
    def product(self) -> str:
        facts = getattr(self._connection.transport.connection, "server_properties", None) or {}
        return f"{facts.get('product', 'AMQP 0-9-1')} {facts.get('version', '')}".strip()

    # ---- coming and going ------------------------------------------------------------------------

    async def open(self) -> None:
        errors = self._pika.exceptions
        try:
            await self._connect()
        except BaseException as error:
            await self.close()
            if isinstance(error, errors.AuthenticationError | errors.ProbableAuthenticationError):
                raise self.rejected(self._reason(error)) from None
            if isinstance(error, errors.ChannelNotFoundEntity):
                raise ConnectorError(
                    f"there is no exchange '{self.settings.exchange}' at the broker",
                    hint="declare it there, or write another under exchange: in ivrkit.yaml",
                ) from None
            if isinstance(error, errors.InvalidFrameError):
                # The broker has ended the greeting where it would open the virtual host.
                place = self.settings.address.path or "/"
                raise self.rejected(f"there is no virtual host {place} for this user") from None
            if isinstance(error, errors.ChannelClosed | errors.ConnectionClosed):
                raise self.rejected(self._reason(error)) from None
            if isinstance(error, errors.AMQPError | OSError | RuntimeError):
                raise self.unreachable(self._reason(error)) from None
            raise
        self._is_open = True

    async def _connect(self) -> None:
        settings, address = self.settings, self.settings.address
        password = settings.password
        self._connection = self._pika.Connection(
            self._pika.connection.make_url(
                host=address.hostname or "",
                port=address.port or (TLS_PORT if settings.is_secured else PORT),
                login=settings.user or "guest",
                password="guest" if password is None else password.get_secret_value(),
                virtualhost=unquote(address.path[1:]) or "/",
                ssl=settings.is_secured,
                heartbeat=max(1, round(settings.heartbeat.total_seconds())),
            ),
            ssl_context=self.security,
        )
        await self._connection.connect()
        self._connection.close_callbacks.add(self._closed)
        if settings.exchange:
            looking = await self._connection.channel()
            await looking.get_exchange(settings.exchange, ensure=True)
            await looking.close()
        channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        channel.close_callbacks.add(self._closed)
        self._exchange = channel.default_exchange
        if settings.exchange:
            self._exchange = await channel.get_exchange(settings.exchange, ensure=False)

    def _closed(self, _sender: object, error: BaseException | None = None) -> None:
        self.gone("the broker closed it" if error is None else self._reason(error))

    async def close(self) -> None:
        self._is_open = False
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    # ---- messages --------------------------------------------------------------------------------

    async def listen(self) -> None:
        async with self._listening:
            if self._replies is not None:
                return
            try:
                channel = await self._connection.channel()
                queue = await channel.declare_queue(exclusive=True, auto_delete=True)
                await queue.consume(self._answered, no_ack=True)
            except (self._pika.exceptions.AMQPError, OSError, RuntimeError) as error:
                if not self.is_open:
                    raise self.broken(self._reason(error)) from None
                raise RequestRefused(
                    f"no queue for answers can be made: {self.clean(self._reason(error))}",
                    hint="give this client the rights to configure and read queues of its own",
                ) from None
            channel.close_callbacks.add(self._closed)
            self._replies = queue

    async def _answered(self, message: Any) -> None:
        self.around.answered(
            Incoming(
                message.correlation_id or "",
                message.body,
                message.content_type or "",
                {name: str(value) for name, value in (message.headers or {}).items()},
            )
        )

    async def publish(
        self, message: Outgoing, *, lives: float | None = None, correlation: str = ""
    ) -> None:
        pika = self._pika
        sent = pika.Message(
            message.body,
            headers=dict(message.headers),
            content_type=message.content_type,
            delivery_mode=pika.DeliveryMode.NOT_PERSISTENT
            if correlation
            else pika.DeliveryMode.PERSISTENT,
            message_id=message.id,
            app_id="ivrkit",
            expiration=None if lives is None else max(0.001, lives),
            correlation_id=correlation or None,
            reply_to=self._replies.name if correlation else None,
        )
        try:
            await self._exchange.publish(
                sent, message.to, mandatory=self.must_arrive or bool(correlation)
            )
        except pika.exceptions.PublishError:
            raise unroutable() from None
        except pika.exceptions.DeliveryError:
            raise RequestRefused(
                "the broker did not take the message", hint="is the queue full? see its log"
            ) from None
        except (pika.exceptions.AMQPError, OSError, RuntimeError) as error:
            self.gone(self._reason(error))
            raise self.broken(self._reason(error)) from None

    def _reason(self, error: BaseException) -> str:
        """What it says. A broker quotes what it refuses: a routing key may hold a value of a call,
        perhaps of another one than the call that is told. So it is cut off at the first name that
        is not from our settings."""
        text, errors = str(error) or type(error).__name__, self._pika.exceptions
        if not isinstance(error, errors.ChannelClosed | errors.ConnectionClosed):
            return text
        code, told = error.args if len(error.args) == 2 else (None, text)
        if code == FORCED:
            return text
        settings = self.settings
        own = {settings.exchange, unquote(settings.address.path[1:]) or "/", settings.user} - {""}
        for quoted in _QUOTED.finditer(str(told)):
            if quoted["name"] not in own:
                return f"{str(told)[: quoted.start()]}{MASK}"
        return text
