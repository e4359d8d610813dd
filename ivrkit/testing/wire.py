"""The network between an engine and Asterisk, and all that can go wrong with it.

::

    async with Wire(asterisk.ari_url) as wire:
        carrier = AriCarrier(settings(url=wire.url), uri)
        ...
        wire.cut()          # RST on every connection
        wire.stall()        # no byte more, and nobody is told
        wire.resume()

A direction is ``up`` (from the engine to Asterisk) or ``down``. What a connection is for is seen
in its first line: ``events``, ``commands`` (the second socket), ``media`` or ``http``.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Coroutine, Iterator
from types import TracebackType
from typing import Literal, Self, cast
from urllib.parse import urlsplit

Direction = Literal["up", "down"]
BOTH: tuple[Direction, Direction] = ("up", "down")
PIECES = 0.05
"""Seconds between two pieces of what trickles."""
_RST = struct.pack("ii", 1, 0)
"""``SO_LINGER`` without a wait: closing sends RST, and what was not sent is dropped."""


class Wire:
    """A TCP proxy in front of one server on this machine.

    ``late`` holds back each answer of REST, over HTTP and over the WebSocket, for so many seconds;
    events pass. ``rate`` lets bytes come down only so many a second. ``swallow`` says which answers
    never come, by the frame or the piece of HTTP that they are in.
    """

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._host, self._server_port = place.hostname or "127.0.0.1", place.port or 80
        self._server: asyncio.Server | None = None
        self._ends: set[_End] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.late = 0.0
        self.rate = 0.0
        self.swallow: Callable[[bytes], bool] = lambda answer: False

    @property
    def url(self) -> str:
        """Where the engine connects."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self.accept()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.refuse()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ---- what goes wrong ------------------------------------------------------------------------

    def cut(self, *what: str) -> None:
        """End connections without a word (RST), towards both sides."""
        for end in self._of(what):
            end.reset()

    def close(self, *what: str) -> None:
        """End connections in good order (FIN), towards both sides."""
        for end in self._of(what):
            end.close()

    def half_close(self, direction: Direction, *what: str) -> None:
        """Nothing more comes in one direction, and that is said (FIN); the other goes on."""
        for end in self._of(what):
            if end.direction == direction:
                end.half_close()

    def stall(self, *directions: Direction, what: tuple[str, ...] = ()) -> None:
        """From now on no byte passes on the connections that there are, and nobody is told."""
        for end in self._of(what):
            if end.direction in (directions or BOTH):
                end.stall()

    def resume(self) -> None:
        """What was stalled goes on; where somebody has given up meanwhile, the other side learns
        that, and what was under way is lost."""
        for end in tuple(self._ends):
            end.resume()

    def refuse(self) -> None:
        """Refuse new connections; those that there are go on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def accept(self) -> None:
        """Take new connections, on the same port as ever."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _End(self, "up"), "127.0.0.1", self.port, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def connections(self, *what: str) -> int:
        """How many there are."""
        return sum(end.direction == "up" for end in self._of(what))

    # ---- inside ---------------------------------------------------------------------------------

    def _of(self, what: tuple[str, ...]) -> Iterator[_End]:
        return (end for end in tuple(self._ends) if not what or end.what in what)

    def opened(self, end: _End) -> None:
        """A connection to one of the two sides is there."""
        self._ends.add(end)
        if end.direction == "up":
            self.spawn(self._connect(end))

    def gone(self, end: _End) -> None:
        """It is over."""
        self._ends.discard(end)

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Do something beside, until the wire is taken away."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, end: _End) -> None:
        loop = asyncio.get_running_loop()
        back = _End(self, "down")
        try:
            await loop.create_connection(lambda: back, self._host, self._server_port)
        except OSError:
            end.reset()
            return
        end.meet(back)


class _End(asyncio.Protocol):
    """What comes in from one side: ``up`` from the engine, ``down`` from Asterisk."""

    def __init__(self, wire: Wire, direction: Direction) -> None:
        self.direction = direction
        self._wire = wire
        self._transport: asyncio.Transport | None = None
        self._other: _End | None = None
        self._held: list[bytes] = []
        self._stalled = direction == "up"  # until there is somebody to hand it to
        self._deaf = self._ended = self._over = False
        self._what = ""
        self._frames: bytearray | None = None
        self._trickle: asyncio.Queue[bytes] | None = None

    @property
    def what(self) -> str:
        """What the connection is for."""
        return self._what if self.direction == "up" or self._other is None else self._other.what

    # ---- what the loop calls --------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._wire.opened(self)

    def data_received(self, data: bytes) -> None:
        if self.direction == "up" and not self._what:
            self._what = _purpose(data)
        if self._stalled:
            self._held.append(data)
        elif not self._deaf:
            self._carry(data)

    def eof_received(self) -> bool:
        self._ended = True
        if not self._stalled and not self._deaf and self._other is not None:
            self._other.finish()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        self._over = True
        self._wire.gone(self)
        if not self._stalled and self._other is not None:
            self._other.reset()

    # ---- what goes wrong ------------------------------------------------------------------------

    def meet(self, other: _End) -> None:
        """The connection to the other side is there."""
        self._other, other._other = other, self
        self.resume()

    def stall(self) -> None:
        self._stalled = True

    def resume(self) -> None:
        if not self._stalled or self._other is None:
            return
        self._stalled = False
        held, self._held = self._held, []
        if self._over:
            self._other.reset()
            return
        for data in held:
            self._carry(data)
        if self._ended:
            self._other.finish()

    def half_close(self) -> None:
        self._deaf = True
        if self._other is not None:
            self._other.finish()

    def reset(self) -> None:
        """RST towards this side."""
        if self._transport is not None and not self._transport.is_closing():
            wire = self._transport.get_extra_info("socket")
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
            self._transport.abort()

    def close(self) -> None:
        """FIN towards this side."""
        if self._transport is not None:
            self._transport.close()

    def finish(self) -> None:
        """Nothing more is said to this side, but it is listened to."""
        transport = self._transport
        if transport is not None and not transport.is_closing():
            with contextlib.suppress(OSError):  # it has gone without a word
                transport.write_eof()

    # ---- what passes ----------------------------------------------------------------------------

    def _carry(self, data: bytes) -> None:
        if self.direction == "up":
            self._hand_over(data)
            return
        if self._frames is None and self._is_upgrade(data):
            head, _, data = data.partition(b"\r\n\r\n")
            self._hand_over(head + b"\r\n\r\n")
            self._frames = bytearray()
        if self._frames is None:
            self._answer(data)
            return
        self._frames += data
        while (size := _frame(self._frames)) and size <= len(self._frames):
            frame = bytes(self._frames[:size])
            del self._frames[:size]
            (self._answer if b'"RESTResponse"' in frame else self._hand_over)(frame)

    def _is_upgrade(self, data: bytes) -> bool:
        return data.startswith(b"HTTP/1.1 101")

    def _answer(self, data: bytes) -> None:
        """An answer of REST: late, never, or as it comes."""
        if self._wire.swallow(data):
            return
        if self._wire.late:
            loop = asyncio.get_running_loop()
            loop.call_later(self._wire.late, self._hand_over, data)
        else:
            self._hand_over(data)

    def _hand_over(self, data: bytes) -> None:
        other = self._other
        if self._deaf or other is None:
            return
        if self.direction == "down" and (self._wire.rate or self._trickle is not None):
            if self._trickle is None:
                self._trickle = asyncio.Queue()
                self._wire.spawn(self._in_drops(self._trickle))
            self._trickle.put_nowait(data)
            return
        other.say(data)

    def say(self, data: bytes) -> None:
        """Say something to this side."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    async def _in_drops(self, queue: asyncio.Queue[bytes]) -> None:
        """Each byte in its order, and only so many a second."""
        while self._other is not None and not self._over:
            data = await queue.get()
            while data:
                size = max(1, int(self._wire.rate * PIECES)) if self._wire.rate else len(data)
                self._other.say(data[:size])
                data = data[size:]
                if data:
                    await asyncio.sleep(PIECES)


def _purpose(first: bytes) -> str:
    line = first.partition(b"\r\n")[0]
    if b"/ari/events?" in line:
        return "commands" if b"-commands" in line else "events"
    return "media" if b"/media/" in line else "http"


def _frame(data: bytearray) -> int:
    """The length of the WebSocket frame that begins here (RFC 6455, section 5.2; unmasked, as a
    server sends it); 0 while that is not known."""
    if len(data) < 2:
        return 0
    length = data[1] & 0x7F
    extra = {126: 2, 127: 8}.get(length, 0)
    if len(data) < 2 + extra:
        return 0
    return 2 + extra + (int.from_bytes(data[2 : 2 + extra], "big") if extra else length)
