"""One WebSocket connection: whole messages come in, text messages go out.

By the protocol of websockets without its own I/O: a message is handed over from the loop's read
callback, without a task and a queue between. Every event and every command of every call passes
here.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import struct
from collections.abc import Callable, Mapping
from typing import Any, cast

from websockets.client import ClientProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

logger = logging.getLogger("ivrkit.ari")
# The library logs what it was sent: a caller's keys and variables among it.
_frames = logging.getLogger("ivrkit.ari.frames")
_frames.setLevel(logging.WARNING)

LARGEST = 64 * 1024 * 1024
"""Bytes in one message: the list of all channels of a busy Asterisk is a long one."""
CLOSE_SECONDS = 1.0
"""How long the other side may take to agree to the end."""
STOOD_STILL = 0.25
"""Of the pause between two looks: one that comes so late says that we were the ones who slept."""
_DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


def deliver_no_more(connection: Any) -> None:
    """When this TCP connection is closed, the kernel does not try for minutes to deliver what it
    still has (``SO_LINGER`` without a wait: RST)."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Socket(asyncio.Protocol):
    """A connection. ``on_message`` gets every message in order, ``on_binary`` those that are
    binary where it is given; ``on_closed`` is told once, as soon as the connection is known to be
    gone."""

    ended_at = 0.0
    """When the last message may have come, once it is closed (the loop's clock)."""
    silent = False
    """Whether it was given up because nobody answered."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        on_message: Callable[[bytes], None],
        on_closed: Callable[[], None],
        *,
        ping: float = 0.0,
        waits: Callable[[], bool] = lambda: False,
        subprotocol: str = "",
        on_binary: Callable[[bytes], None] | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_message = on_message
        self._on_binary = on_binary or on_message
        self._is_binary = False
        self._on_closed = on_closed
        self._headers = headers
        self._ping = ping
        self._waits = waits
        self._protocol = ClientProtocol(
            parse_uri(url),
            subprotocols=[Subprotocol(subprotocol)] if subprotocol else None,
            max_size=LARGEST,
            logger=_frames,
        )
        self._transport: asyncio.Transport | None = None
        self._begun = bytearray()
        self._heard = self._asked_at = self._next_look = 0.0
        self._asked = 0
        self._beat: asyncio.TimerHandle | None = None
        self._ending: asyncio.TimerHandle | None = None
        self.opened: asyncio.Future[None] = self._loop.create_future()
        self.closed: asyncio.Future[None] = self._loop.create_future()

    @property
    def is_open(self) -> bool:
        """Whether something can still be sent."""
        return self._protocol.state is State.OPEN and not self._is_gone

    def send(self, text: bytes) -> None:
        """Send a text message (UTF-8) on a connection that is open."""
        self._protocol.send_text(text)
        self._flush()

    def hang_up(self) -> None:
        """Close in good order, without waiting for the other side to agree."""
        if self.is_open:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
            self._flush()

    def drop(self) -> None:
        """End it at once: nobody answers. What was not delivered yet never is: it will be said
        again on another connection."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        deliver_no_more(transport.get_extra_info("socket"))
        transport.abort()

    async def close(self) -> None:
        """Close in good order, or at once when the other side does not answer."""
        if self._transport is None:
            return
        self.hang_up()
        try:
            await asyncio.wait((self.closed,), timeout=CLOSE_SECONDS)
        finally:
            self._transport.abort()

    # ---- what the loop calls -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TCP is there: ask for the WebSocket."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        request = self._protocol.connect()
        request.headers.update(self._headers)
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Bytes have come: messages, or pieces of one."""
        self._heard = self._loop.time()
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                if event.opcode in _DATA:
                    self._take(event)
                elif event.opcode is Opcode.PONG:
                    self._asked = 0
            else:
                self._greeted()
        self._flush()

    def eof_received(self) -> None:
        """The other side sends no more."""
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, error: Exception | None) -> None:
        """It is over, whoever has ended it."""
        for timer in (self._beat, self._ending):
            if timer is not None:
                timer.cancel()
        self.ended_at = self._heard if self.silent else self._loop.time()
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionResetError("it hung up at once"))
        if not self.closed.done():
            self.closed.set_result(None)
            self._on_closed()

    # ---- inside --------------------------------------------------------------------------------

    @property
    def _is_gone(self) -> bool:
        """Whether this side has hung up, or the other has."""
        return self.closed.done() or self._transport is None or self._transport.is_closing()

    def _greeted(self) -> None:
        """The answer to the request for a WebSocket."""
        refused = self._protocol.handshake_exc
        if self.opened.done():
            return
        if refused is not None:
            self.opened.set_exception(refused)
            return
        self.opened.set_result(None)
        if self._ping:
            self._look_later()

    def _take(self, frame: Frame) -> None:
        """A frame has come; a message may have several (RFC 6455, section 5.4)."""
        if frame.opcode is not Opcode.CONT:
            self._is_binary = frame.opcode is Opcode.BINARY
        if frame.fin and not self._begun:
            self._hand_over(bytes(frame.data))
            return
        self._begun += frame.data
        if frame.fin:
            message, self._begun = bytes(self._begun), bytearray()
            self._hand_over(message)

    def _hand_over(self, message: bytes) -> None:
        try:
            (self._on_binary if self._is_binary else self._on_message)(message)
        except Exception:
            logger.exception("an event could not be handled")

    def _flush(self) -> None:
        """Write what the protocol has to say; an empty piece is the end."""
        transport = self._transport
        assert transport is not None, "there is a connection when there is something to send"
        for data in self._protocol.data_to_send():
            if transport.is_closing():  # asyncio's drops what is written now, uvloop's raises
                break
            if data:
                transport.write(data)
            else:
                transport.close()
        if self._ending is None and self._protocol.close_expected():
            # The server hangs up first (RFC 6455, section 7.1.1), but not for ever.
            self._ending = self._loop.call_later(CLOSE_SECONDS, transport.abort)

    def _look(self) -> None:
        """Ask whether the other side lives; hang up on one that does not say so until the next
        look. Where it says other things meanwhile, what we send may only be slow: it has one look
        more."""
        if self._loop.time() > self._next_look + self._ping * STOOD_STILL or self._waits():
            # This process stood still, and what came meanwhile was not read yet; or the other side
            # does what it was asked to, and reads no ping before that.
            self._asked = 0
        silent = self._heard <= self._asked_at
        if self._asked > (0 if silent else 1):
            self.silent = True
            self.drop()
            return
        if self.is_open:
            self._asked += 1
            if self._asked == 1:
                self._asked_at = self._loop.time()
            self._protocol.send_ping(b"")
            self._flush()
        self._look_later()

    def _look_later(self) -> None:
        self._next_look = self._loop.time() + self._ping
        self._beat = self._loop.call_at(self._next_look, self._look)


async def open_socket(
    url: str,
    headers: Mapping[str, str],
    on_message: Callable[[bytes], None],
    on_closed: Callable[[], None],
    *,
    timeout: float,
    ping: float,
    waits: Callable[[], bool] = lambda: False,
    subprotocol: str = "",
    on_binary: Callable[[bytes], None] | None = None,
) -> Socket:
    """Connect within ``timeout`` seconds. Every ``ping`` seconds the other side is asked whether
    it lives, and hung up on when it does not answer for as long; not while it ``waits`` for
    something that it was asked to do.

    Raises OSError, TimeoutError, or websockets' InvalidStatus and WebSocketException.
    """
    place = parse_uri(url)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(timeout):
        _, made = await loop.create_connection(
            lambda: Socket(
                url,
                headers,
                on_message,
                on_closed,
                ping=ping,
                waits=waits,
                subprotocol=subprotocol,
                on_binary=on_binary,
            ),
            place.host,
            place.port,
            ssl=ssl.create_default_context() if place.secure else None,
        )
        try:
            await made.opened
        except BaseException:
            await made.close()
            raise
    return made
