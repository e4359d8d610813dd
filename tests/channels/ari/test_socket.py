"""One connection, on a server that does what Asterisk may do: messages in pieces, ends, silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from picows import (
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    ws_create_server,
)

from ivrkit.channels.ari import socket as sockets
from ivrkit.channels.ari.socket import Socket, open_socket
from tests.channels.ari.support import eventually

Said = Callable[[WSTransport], None]


class Server(WSListener):
    """The other end. ``greet`` is called when somebody has connected."""

    def __init__(self, greet: Said) -> None:
        self._greet = greet
        self.heard: list[tuple[WSMsgType, bytes]] = []
        self.transport: WSTransport | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        self._greet(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        self.heard.append((frame.msg_type, frame.get_payload_as_bytes()))

    def kinds(self) -> list[WSMsgType]:
        return [kind for kind, _ in self.heard]


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
    client: Client, greet: Said = lambda transport: None, **options: Any
) -> AsyncIterator[tuple[Socket, Server]]:
    other = Server(greet)

    def accept(request: WSUpgradeRequest) -> Server:
        return other

    server = await ws_create_server(
        accept, "127.0.0.1", 0, enable_auto_ping=False, enable_auto_pong=False
    )
    port = server.sockets[0].getsockname()[1]
    settings: dict[str, Any] = {"timeout": 5.0, "ping": 60.0, "patient": False, **options}
    try:
        url = f"ws://127.0.0.1:{port}/ari/events?app=x"
        socket = await open_socket(url, {}, client.message, client.closed, **settings)
        try:
            yield socket, other
        finally:
            if other.transport is not None:
                other.transport.disconnect(False)
            await socket.close()
    finally:
        server.close()
        await server.wait_closed()


def in_pieces(transport: WSTransport) -> None:
    transport.send(WSMsgType.TEXT, b"one")
    transport.send(WSMsgType.TEXT, b"t", fin=False)
    transport.send(WSMsgType.PING, b"")
    transport.send(WSMsgType.CONTINUATION, b"w", fin=False)
    transport.send(WSMsgType.CONTINUATION, b"o")
    transport.send(WSMsgType.BINARY, b"three")


async def test_messages_come_whole_and_in_order() -> None:
    client = Client()
    async with connection(client, in_pieces) as (_, other):
        await eventually(lambda: len(client.messages) == 3)
        await eventually(lambda: WSMsgType.PONG in other.kinds())
    assert client.messages == [b"one", b"two", b"three"]


async def test_pieces_that_become_too_much_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LARGEST", 10)

    def greet(transport: WSTransport) -> None:
        transport.send(WSMsgType.TEXT, b"12345678", fin=False)
        transport.send(WSMsgType.CONTINUATION, b"12345678", fin=False)

    client = Client()
    async with connection(client, greet) as (socket, other):
        await eventually(lambda: WSMsgType.CLOSE in other.kinds())
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
        other.transport.send_close(WSCloseCode.GOING_AWAY)
        await socket.closed
        assert not socket.is_open
    assert client.ends == 1


async def test_closing_waits_for_the_other_side() -> None:
    client = Client()
    async with connection(client) as (socket, other):
        socket.send(b"last words")
        closing = asyncio.ensure_future(socket.close())
        await eventually(lambda: len(other.heard) == 2)
        assert other.heard[0] == (WSMsgType.TEXT, b"last words")
        assert other.heard[1][0] is WSMsgType.CLOSE
        assert not closing.done()
        assert other.transport is not None
        other.transport.disconnect()
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
        assert WSMsgType.PING in other.kinds()


async def test_a_patient_one_goes_on_asking() -> None:
    client = Client()
    async with connection(client, ping=0.02, patient=True) as (socket, other):
        await eventually(lambda: other.kinds().count(WSMsgType.PING) >= 3)
        assert socket.is_open
