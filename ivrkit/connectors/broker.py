"""``broker``: messages for other systems over AMQP or MQTT, and their answers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Iterable
from contextvars import Context
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import msgspec

from ivrkit.call.requests.broker import BrokerRequest
from ivrkit.connectors.connector import Attempt, Connector, Place
from ivrkit.connectors.messaging.answers import answer_of
from ivrkit.connectors.messaging.forwarder import Forwarder
from ivrkit.connectors.messaging.link import Around, Incoming, Link, Outgoing, protocol_of
from ivrkit.connectors.messaging.settings import BrokerSettings
from ivrkit.connectors.tls import TlsSettings
from ivrkit.errors import ConnectionLost, ConnectorError, StoreError

LOG = logging.getLogger(__name__)


class Broker(Connector[BrokerSettings]):
    """One broker, over one connection that is made when it is needed and made again when it is
    lost. Answers find their question by a number that nobody can guess; one that comes too late
    is dropped."""

    kind: ClassVar[str] = "broker"
    settings_model: ClassVar[type[BrokerSettings]] = BrokerSettings
    requests: ClassVar[type[BrokerRequest]] = BrokerRequest

    def __init__(self, name: str, settings: BrokerSettings, place: Place) -> None:
        super().__init__(name, settings, place)
        self._protocol = protocol_of(settings)
        tls = settings.tls or TlsSettings()
        self._security = tls.context(place.project) if settings.is_secured else None
        self._link: Link | None = None
        self._opening: asyncio.Task[Link] | None = None
        self._questions: dict[str, tuple[Link, asyncio.Future[Incoming]]] = {}
        self._forwarder: Forwarder | None = None
        self._forwarding: asyncio.Task[None] | None = None

    # ---- coming and going ------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to send what an earlier engine has left in the outbox. Raises NotAvailable."""
        self._new_link()
        outbox = self.place.outbox
        if outbox is not None:
            self._forwarder = Forwarder(
                self.full_name, self.settings, outbox, self._open_link, self._drop
            )
            self._forwarding = asyncio.create_task(
                self._forwarder.run(), name=f"outbox {self.full_name}"
            )

    async def close(self) -> None:
        for task in (self._forwarding, self._opening):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
        self._forwarding = self._opening = None
        link, self._link = self._link, None
        if link is not None:
            await self._drop(link)

    async def probe(self) -> str:
        link = await self._open_link()
        return link.product

    @property
    def unsent(self) -> int:
        return 0 if self._forwarder is None else self._forwarder.waiting.count

    def troubles(self) -> Iterable[str]:
        return () if self._forwarder is None else self._forwarder.troubles()

    # ---- asking ----------------------------------------------------------------------------------

    async def ask(self, request: BrokerRequest, attempt: Attempt) -> Any:
        message = Outgoing(
            request.to, request.key, request.body, request.content_type, dict(request.headers)
        )
        if request.kept:
            return await self._keep(request, message)
        link = await self._open_link()
        if request.answered:
            return await self._exchange(link, message, attempt)
        attempt.sent = True
        await link.publish(message, lives=request.lives)
        return None

    async def _keep(self, request: BrokerRequest, message: Outgoing) -> None:
        """Put it into the outbox. Raises ConnectorError."""
        outbox, settings = self.place.outbox, self.settings.outbox
        if outbox is None or self._forwarder is None:
            raise ConnectorError(
                "messages are kept by an engine that serves calls, and this is none",
                hint="leave keep_until_sent out",
            )
        lives = settings.keep if request.lives is None else timedelta(seconds=request.lives)
        try:
            await outbox.put(
                self.full_name,
                request.key,
                msgspec.json.encode(message),
                expires=datetime.now(UTC) + lives,
                secret=request.secret,
                most=settings.most,
            )
        except StoreError as error:
            raise ConnectorError(error.message, hint=error.hint) from error
        self._forwarder.wake()

    async def _exchange(self, link: Link, message: Outgoing, attempt: Attempt) -> Any:
        """Ask, and wait for the answer to this very question."""
        await link.listen()
        loop = asyncio.get_running_loop()
        number, answer = secrets.token_hex(16), loop.create_future()
        self._questions[number] = (link, answer)
        try:
            attempt.sent = True
            # What nobody waits for any more is not to be done later.
            lives = max(0.001, attempt.deadline - loop.time())
            await link.publish(message, lives=lives, correlation=number)
            incoming = await answer
        finally:
            del self._questions[number]
            if answer.done() and not answer.cancelled():
                answer.exception()  # nobody else looks at it when the sending has failed
        return answer_of(incoming, self.full_name, self.settings.kilobytes * 1024)

    def _answered(self, incoming: Incoming) -> None:
        _, answer = self._questions.get(incoming.correlation, (None, None))
        if answer is None or answer.done():
            LOG.info("%s: an answer that nobody waits for is dropped", self.full_name)
            return
        answer.set_result(incoming)

    def _lost(self, link: Link, error: ConnectionLost) -> None:
        LOG.warning("%s", error.message)
        for asked, answer in self._questions.values():
            if asked is link and not answer.done():
                answer.set_exception(ConnectionLost(error.message))

    # ---- the connection --------------------------------------------------------------------------

    def _new_link(self) -> Link:
        around = Around(self.full_name, self._answered, self._lost)
        return self._protocol(self.settings, self._security, around)

    async def _open_link(self) -> Link:
        """The open connection; who comes while it is being made waits for the same. Raises
        ConnectorError."""
        if self._link is not None and self._link.is_open:
            return self._link
        if self._opening is None:
            # In a context of its own: it serves other calls than the one that opens it.
            name = f"open {self.full_name}"
            self._opening = asyncio.create_task(self._connect(), name=name, context=Context())
            self._opening.add_done_callback(self._opened)
        # Who does not wait any longer ends it for nobody else.
        return await asyncio.shield(self._opening)

    async def _connect(self) -> Link:
        link = self._new_link()
        old, self._link = self._link, None
        if old is not None:
            await self._drop(old)
        try:
            async with asyncio.timeout(self.settings.timeout.total_seconds()):
                await link.open()
        except TimeoutError:
            raise link.unreachable("no answer in time") from None
        self._link = link
        return link

    def _opened(self, task: asyncio.Task[Link]) -> None:
        self._opening = None
        if not task.cancelled():
            task.exception()  # who waits is told; perhaps nobody does

    async def _drop(self, link: Link) -> None:
        """End a connection, and do not wait for long: the broker may be mute."""
        closing = asyncio.ensure_future(link.close())
        done, _ = await asyncio.wait({closing}, timeout=1.0)
        if not done:
            closing.cancel()
            await asyncio.wait({closing})
        with contextlib.suppress(asyncio.CancelledError):
            error = closing.exception()
            if error is not None:
                LOG.debug("%s: %s", self.full_name, type(error).__name__)
