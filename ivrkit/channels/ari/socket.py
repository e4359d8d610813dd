"""One WebSocket connection: whole messages come in, text messages go out.

By picows, whose frames are read and written in C: every event and every command of every call
passes here. A message is handed over from the loop's own read callback, without a task between.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

logger = logging.getLogger("ivrkit.ari")
# The library may log what it was sent: a caller's keys and variables among it.
_frames = logging.getLogger("ivrkit.ari.frames")
_frames.setLevel(logging.WARNING)

LARGEST = 64 * 1024 * 1024
"""Bytes in one message: the list of all channels of a busy Asterisk is a long one."""
CLOSE_SECONDS = 1.0
"""How long the other side may take to agree to the end."""


class Socket(WSListener):
    """A connection. ``on_message`` gets every message in order; ``on_closed`` is told once, as
    soon as the connection is known to be gone."""

    def __init__(
        self,
        on_message: Callable[[bytes], None],
        on_closed: Callable[[], None],
        *,
        patient: bool = False,
    ) -> None:
        self._on_message = on_message
        self._on_closed = on_closed
        self._patient = patient
        self._transport: WSTransport | None = None
        self._begun = bytearray()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def is_open(self) -> bool:
        """Whether something can still be sent."""
        transport = self._transport
        return transport is not None and not (
            transport.is_disconnected or transport.is_close_frame_sent
        )

    def send(self, text: bytes) -> None:
        """Send a text message (UTF-8) on a connection that is open."""
        assert self._transport is not None, "it is connected before anybody has it"
        self._transport.send(WSMsgType.TEXT, text)

    async def close(self) -> None:
        """Close in good order, or at once when the other side does not answer."""
        transport = self._transport
        if transport is None:
            return
        transport.send_close(WSCloseCode.OK)
        try:
            await asyncio.wait((self.closed,), timeout=CLOSE_SECONDS)
        finally:
            transport.disconnect(False)

    # ---- what picows calls --------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The handshake is done."""
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """A frame has come; a message may have several (RFC 6455, section 5.4)."""
        kind = frame.msg_type
        if kind is WSMsgType.TEXT and frame.fin:
            self._hand_over(frame.get_payload_as_bytes())
        elif kind in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION):
            self._begun += frame.get_payload_as_bytes()
            if len(self._begun) > LARGEST:
                transport.send_close(WSCloseCode.MESSAGE_TOO_BIG)
                transport.disconnect()
            elif frame.fin:
                message, self._begun = bytes(self._begun), bytearray()
                self._hand_over(message)
        elif kind is WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code())
            transport.disconnect()

    def send_user_specific_ping(self, transport: WSTransport) -> None:
        """The other side has been silent; with ``patient`` its answer is not waited for."""
        transport.send_ping()
        if self._patient:
            asyncio.get_running_loop().call_soon(transport.notify_user_specific_pong_received)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """It is over, whoever has ended it."""
        if not self.closed.done():
            self.closed.set_result(None)
        self._on_closed()

    def _hand_over(self, message: bytes) -> None:
        try:
            self._on_message(message)
        except Exception:
            logger.exception("an event could not be handled")


async def open_socket(
    url: str,
    headers: Mapping[str, str],
    on_message: Callable[[bytes], None],
    on_closed: Callable[[], None],
    *,
    timeout: float,
    ping: float,
    patient: bool,
) -> Socket:
    """Connect within ``timeout`` seconds. After ``ping`` seconds of silence the other side is
    asked whether it lives, and hung up on when it does not answer for as long; not with
    ``patient``.

    Raises OSError, TimeoutError or picows.WSError.
    """
    async with asyncio.timeout(timeout):
        _, socket = await ws_connect(
            lambda: Socket(on_message, on_closed, patient=patient),
            url,
            websocket_handshake_timeout=timeout,
            extra_headers=headers,
            max_redirects=0,
            max_frame_size=LARGEST,
            enable_auto_pong=True,
            enable_auto_ping=True,
            auto_ping_idle_timeout=ping,
            auto_ping_reply_timeout=ping,
            use_aiofastnet=False,  # uvloop's own transports
            logger_name=_frames,
        )
    assert isinstance(socket, Socket)
    return socket
