"""One connection, on a server that does what Asterisk may do: messages in pieces, ends, silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from ivrkit.channels.ari import socket as sockets
from ivrkit.channels.ari.socket import Socket, open_socket
from tests.channels.ari.support import eventually


class Server(asyncio.Protocol):
    """The other end, which says what it is told and answers nothing by itself. ``greet`` is
    called when somebody has connected."""

    def __init__(self, greet: Callable[[Server], None]) -> None:
        self._greet = greet
        self._protocol = ServerProtocol()
        self.heard: list[tuple[Opcode, bytes]] = []
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by class

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._protocol.send_response(self._protocol.accept(event))
                self._write()
                self._greet(self)
            elif isinstance(event, Frame):
                self.heard.append((event.opcode, bytes(event.data)))

    def say(self, opcode: Opcode, data: bytes, *, fin: bool = True) -> None:
        assert self.transport is not None
        self.transport.write(Frame(opcode, data, fin).serialize(mask=False))

    def kinds(self) -> list[Opcode]:
        return [kind for kind, _ in self.heard]

    def _write(self) -> None:
        assert self.transport is not None
        for data in self._protocol.data_to_send():
            self.transport.write(data)


Said = Callable[[Server], None]


class Client:
    """What came of a connection."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.ends = 0
        self.fails = False

    def message(self, message: bytes) -> None:
        self.messages.append(message)
        if self.fails:
            raise RuntimeError("a mistake of ours")

    def closed(self) -> None:
        self.ends += 1


@asynccontextmanager
async def connection(
    client: Client, greet: Said = lambda server: None, **options: Any
) -> AsyncIterator[tuple[Socket, Server]]:
    other = Server(greet)
    server = await asyncio.get_running_loop().create_server(lambda: other, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings: dict[str, Any] = {"timeout": 5.0, "ping": 60.0, **options}
    try:
        url = f"ws://127.0.0.1:{port}/ari/events?app=x"
        socket = await open_socket(url, {}, client.message, client.closed, **settings)
        try:
            yield socket, other
        finally:
            if other.transport is not None:
                other.transport.abort()
            await socket.close()
    finally:
        server.close()
        await server.wait_closed()


def in_pieces(server: Server) -> None:
    server.say(Opcode.TEXT, b"one")
    server.say(Opcode.TEXT, b"t", fin=False)
    server.say(Opcode.PING, b"")
    server.say(Opcode.CONT, b"w", fin=False)
    server.say(Opcode.CONT, b"o")
    server.say(Opcode.BINARY, b"three")


async def test_messages_come_whole_and_in_order() -> None:
    client = Client()
    async with connection(client, in_pieces) as (_, other):
        await eventually(lambda: len(client.messages) == 3)
        await eventually(lambda: Opcode.PONG in other.kinds())
    assert client.messages == [b"one", b"two", b"three"]


async def test_binary_messages_may_go_elsewhere() -> None:
    def greet(server: Server) -> None:
        in_pieces(server)
        server.say(Opcode.BINARY, b"fo", fin=False)
        server.say(Opcode.CONT, b"ur")
        server.say(Opcode.TEXT, b"five")

    client = Client()
    audio: list[bytes] = []
    async with connection(client, greet, on_binary=audio.append, subprotocol="media"):
        await eventually(lambda: len(client.messages) == 3)
    assert client.messages == [b"one", b"two", b"five"]
    assert audio == [b"three", b"four"]


async def test_hanging_up_waits_for_nobody() -> None:
    client = Client()
    async with connection(client) as (socket, other):
        socket.hang_up()
        socket.hang_up()
        assert not socket.is_open
        await eventually(lambda: other.kinds() == [Opcode.CLOSE])
        assert other.transport is not None
        other.transport.close()
        await socket.closed
    assert client.ends == 1


async def test_pieces_that_become_too_much_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LARGEST", 10)

    def greet(server: Server) -> None:
        server.say(Opcode.TEXT, b"12345678", fin=False)
        server.say(Opcode.CONT, b"12345678", fin=False)

    client = Client()
    async with connection(client, greet) as (socket, other):
        await eventually(lambda: Opcode.CLOSE in other.kinds())
        await socket.closed
        assert not socket.is_open
    assert (client.messages, client.ends) == ([], 1)


async def test_a_mistake_of_ours_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    client.fails = True
    async with connection(client, in_pieces) as (socket, _):
        await eventually(lambda: len(client.messages) == 3)
        assert socket.is_open
    assert "an event could not be handled" in caplog.text


async def test_the_other_side_ends_it() -> None:
    client = Client()
    async with connection(client) as (socket, other):
        assert socket.is_open
        assert other.transport is not None
        other.say(Opcode.CLOSE, Close(CloseCode.GOING_AWAY, "").serialize())
        other.transport.close()
        await socket.closed
        assert not socket.is_open
    assert client.ends == 1


async def test_closing_waits_for_the_other_side() -> None:
    client = Client()
    async with connection(client) as (socket, other):
        socket.send(b"last words")
        closing = asyncio.ensure_future(socket.close())
        await eventually(lambda: len(other.heard) == 2)
        assert other.heard[0] == (Opcode.TEXT, b"last words")
        assert other.heard[1][0] is Opcode.CLOSE
        assert not closing.done()
        assert other.transport is not None
        other.transport.close()
        await closing
    assert client.ends == 1


async def test_closing_waits_no_longer_than_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "CLOSE_SECONDS", 0.01)
    client = Client()
    async with connection(client) as (socket, _):
        await socket.close()
        await socket.closed
    assert client.ends == 1


async def test_silence_without_an_answer_ends_it() -> None:
    client = Client()
    async with connection(client, ping=0.02) as (socket, other):
        await socket.closed
        assert Opcode.PING in other.kinds()


async def test_nobody_is_hung_up_on_who_was_not_asked() -> None:
    client = Client()
    async with connection(client) as (socket, other):
        for _ in range(4):
            socket._heard -= 1000.0  # as after an interval without a ping, or a suspended machine
            socket._look()
            await eventually(lambda: Opcode.PING in other.kinds())
            assert socket.is_open
            other.heard.clear()
            other.say(Opcode.PONG, b"")
            await eventually(lambda: not socket._asked)
    assert client.ends == 1


async def test_who_does_what_it_was_asked_to_is_not_hung_up_on() -> None:
    client = Client()
    async with connection(client, ping=0.02, waits=lambda: True) as (socket, other):
        await eventually(lambda: other.kinds().count(Opcode.PING) >= 3)
        assert socket.is_open


async def test_one_that_was_hung_up_on_takes_nothing_and_can_be_closed() -> None:
    client = Client()
    async with connection(client, ping=0.02) as (socket, _):
        await socket.closed
        assert not socket.is_open
        await socket.close()
    assert client.ends == 1
