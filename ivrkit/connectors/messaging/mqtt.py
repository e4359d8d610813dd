"""MQTT 5, by Eclipse Paho (extra ``mqtt``).

Messages go with QoS 1. Paho's network thread hands everything over to the loop; its own
reconnecting is off. Headers are user properties, the id of a message is the property
``message-id``, for MQTT has none.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Any, ClassVar, Final
from uuid import uuid4

from ivrkit.connectors.messaging.link import Around, Incoming, Link, Outgoing, unroutable
from ivrkit.connectors.messaging.settings import BrokerSettings
from ivrkit.errors import NotAvailable, RequestRefused

PORT, TLS_PORT = 1883, 8883
MESSAGE_ID: Final = "message-id"
NO_SUBSCRIBERS: Final = 0x10
"""MQTT 5.0, 3.4.2.1: the message is accepted but there are no subscribers."""
SPARE: Final = 1024 * 1024
"""Bytes by which a packet may be larger than an answer: one that is a little too large is told as
such, what is larger still the broker keeps."""
_NOT_AUTHORIZED: Final = frozenset({0x86, 0x87, 0x8C})


class _Socket(ssl.SSLSocket):
    """Paho leaves the socket of a handshake that failed as it is."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


class MqttLink(Link):
    """One client of Paho, used for one connection."""

    protocol: ClassVar[str] = "mqtt"
    mandatory: ClassVar[bool] = False

    def __init__(
        self, settings: BrokerSettings, security: ssl.SSLContext | None, around: Around
    ) -> None:
        super().__init__(settings, security, around)
        try:
            from paho.mqtt import client, enums, packettypes, properties
        except ImportError:
            raise NotAvailable(
                "MQTT needs the package paho-mqtt", hint="pip install 'ivrkit[mqtt]'"
            ) from None
        self._paho = client
        self._loop = asyncio.get_running_loop()
        self._replies = f"{settings.replies}/{uuid4().hex}"
        self._is_listening = False
        self._listening = asyncio.Lock()
        self._pending: dict[int, asyncio.Future[Any]] = {}
        self._connected: asyncio.Future[Any] = self._loop.create_future()
        new: Any = properties.Properties
        self._limits: Callable[[], Any] = lambda: new(packettypes.PacketTypes.CONNECT)
        self._properties: Callable[[], Any] = lambda: new(packettypes.PacketTypes.PUBLISH)
        self._client = client.Client(
            enums.CallbackAPIVersion.VERSION2,
            protocol=client.MQTTv5,
            reconnect_on_failure=False,
        )
        self._client.on_connect = self._from_thread(self._on_connect)
        self._client.on_disconnect = self._from_thread(self._on_disconnect)
        self._client.on_publish = self._from_thread(self._on_confirmed)
        self._client.on_subscribe = self._from_thread(self._on_confirmed)
        self._client.on_message = self._from_thread(self._on_message)

    @property
    def product(self) -> str:
        return "MQTT 5"

    # ---- coming and going ------------------------------------------------------------------------

    async def open(self) -> None:
        settings, address, client = self.settings, self.settings.address, self._client
        if settings.user is not None:
            password = settings.password
            client.username_pw_set(
                settings.user, None if password is None else password.get_secret_value()
            )
        if self.security is not None:
            self.security.sslsocket_class = _Socket
            client.tls_set_context(self.security)
        heartbeat = max(1, round(settings.heartbeat.total_seconds()))
        limits = self._limits()
        limits.MaximumPacketSize = settings.kilobytes * 1024 + SPARE
        client.connect_timeout = max(0.1, settings.timeout.total_seconds())
        port = address.port or (TLS_PORT if settings.is_secured else PORT)
        connecting = self._loop.run_in_executor(
            None, lambda: client.connect(address.hostname or "", port, heartbeat, properties=limits)
        )
        try:
            await asyncio.shield(connecting)
            client.loop_start()
            reason = await self._connected
        except (OSError, ValueError) as error:
            await self.close()
            raise self.unreachable(str(error) or type(error).__name__) from None
        except BaseException:
            # The thread may still be connecting: what it has made then is let go of there.
            connecting.add_done_callback(lambda done: _drop(done, client))
            await self.close()
            raise
        if reason.is_failure:
            await self.close()
            if reason.value in _NOT_AUTHORIZED:
                raise self.rejected(str(reason))
            raise self.unreachable(str(reason))
        self._is_open = True

    async def close(self) -> None:
        self._is_open = False
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)
        self._fail_pending("it was closed")

    def _on_connect(self, _c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        if not self._connected.done():
            self._connected.set_result(reason)

    def _on_disconnect(self, _c: Any, _u: Any, _f: Any, reason: Any, _p: Any) -> None:
        if not self._connected.done():
            self._connected.set_exception(ConnectionError(f"it was closed at once: {reason}"))
        self._fail_pending(str(reason))
        self.gone(str(reason))

    def _fail_pending(self, reason: str) -> None:
        for future in self._pending.values():
            if not future.done():
                future.set_exception(self.broken(reason))

    def _from_thread(self, callback: Callable[..., None]) -> Callable[..., None]:
        """The same, called on the loop."""

        def hand_over(*arguments: Any) -> None:
            # The loop is closed when a process ends without closing its connections.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(callback, *arguments)

        return hand_over

    # ---- messages --------------------------------------------------------------------------------

    async def listen(self) -> None:
        async with self._listening:
            if self._is_listening:
                return
            result, mid = self._client.subscribe(self._replies, qos=1)
            if result != self._paho.MQTT_ERR_SUCCESS or mid is None:
                raise self.broken(self._paho.error_string(result))
            reasons = await self._confirmed(mid)
            if any(reason.is_failure for reason in reasons):
                raise RequestRefused(
                    f"answers cannot be subscribed to: {reasons[0]}",
                    hint=f"give this client the right to subscribe to {self.settings.replies}/#",
                )
            self._is_listening = True

    async def publish(
        self, message: Outgoing, *, lives: float | None = None, correlation: str = ""
    ) -> None:
        properties = self._properties()
        properties.ContentType = message.content_type
        properties.UserProperty = [(MESSAGE_ID, message.id), *message.headers.items()]
        if lives is not None:
            properties.MessageExpiryInterval = min(0xFFFFFFFF, max(1, round(lives)))
        if correlation:
            properties.ResponseTopic = self._replies
            properties.CorrelationData = correlation.encode()
        info = self._client.publish(message.to, message.body, qos=1, properties=properties)
        if info.rc != self._paho.MQTT_ERR_SUCCESS:
            raise self.broken(self._paho.error_string(info.rc))
        reason = await self._confirmed(info.mid)
        if reason.is_failure:
            raise RequestRefused(
                f"the broker did not take the message: {reason}",
                hint="may this client publish to this topic? see the broker's log",
            )
        if reason.value == NO_SUBSCRIBERS and (correlation or self.must_arrive):
            raise unroutable()

    async def _confirmed(self, mid: int) -> Any:
        """What the broker says to the packet of this number. It was sent in this very turn of the
        loop, so that no confirmation can have come before."""
        future = self._pending[mid] = self._loop.create_future()
        try:
            return await future
        finally:
            del self._pending[mid]

    def _on_confirmed(self, _c: Any, _u: Any, mid: int, reason: Any, _p: Any) -> None:
        future = self._pending.get(mid)
        if future is not None and not future.done():
            future.set_result(reason)

    def _on_message(self, _c: Any, _u: Any, message: Any) -> None:
        properties = message.properties
        self.around.answered(
            Incoming(
                getattr(properties, "CorrelationData", b"").decode(errors="replace"),
                bytes(message.payload),
                getattr(properties, "ContentType", ""),
                dict(getattr(properties, "UserProperty", ())),
            )
        )


def _drop(done: asyncio.Future[Any], client: Any) -> None:
    if not done.cancelled() and done.exception() is None:
        client.disconnect()
