"""What those try who mean no good, over a socket of their own."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from ivrkit.call.events import Noted
from ivrkit.service.api.listening import ApiServer
from ivrkit.service.api.routes import routes
from ivrkit.service.api.server import BACKEND
from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.api.tokens import TokenScope
from ivrkit.store import Store
from tests.service.api.support import Engine, app, bearer, record, secret, token
from tests.store.support import until

Client = TestClient[Any, Any]


@pytest.fixture
async def server(store: Store, engine: Engine) -> AsyncIterator[tuple[ApiServer, int]]:
    async with serving(store, engine, "30s") as opened:
        yield opened


@pytest.fixture
async def hasty(store: Store, engine: Engine) -> AsyncIterator[tuple[ApiServer, int]]:
    """One that waits for nobody; on a busy machine its own answers may be late, too."""
    async with serving(store, engine, "500ms") as opened:
        yield opened


@asynccontextmanager
async def serving(store: Store, engine: Engine, time: str) -> AsyncIterator[tuple[ApiServer, int]]:
    settings = ApiSettings.model_validate(
        {"port": 0, "limits": {"time": time, "connections": 5, "kilobytes": 2}}
    )
    api = app(store, engine, token("all", *TokenScope), time=time, kilobytes=2)
    opened = ApiServer(api, settings)
    try:
        yield opened, await opened.start()
    finally:
        await opened.stop()


async def say(port: int, *pieces: bytes) -> bytes:
    """What is answered to these bytes until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()


def request(line: str, *headers: str) -> bytes:
    known = f"Authorization: Bearer {secret('all')}"
    return "\r\n".join((line, "Host: x", known, "Connection: close", *headers, "", "")).encode()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /v1/calls\r\n\r\n", 401),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Length: 5\r\n\r\n0\r\n\r\n",
            400,
        ),
        (request("GET /v1/calls HTTP/1.1", "X: " + "a" * 9000), 400),
        (request(f"GET /v1/calls?flow={'a' * 9000} HTTP/1.1"), 400),
        (request("GET /v1/calls HTTP/1.1", *(f"X-{each}: a" for each in range(200))), 400),
        (request("GET /v1/calls HTTP/1.1"), 200),
    ],
    ids=[
        "no version",
        "TLS to a plain port",
        "folded header",
        "NUL in a header",
        "two lengths",
        "length and chunks: smuggling",
        "long header",
        "long line",
        "many headers",
        "a good one",
    ],
)
async def test_what_is_no_request(
    server: tuple[ApiServer, int], sent: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    answered = await say(server[1], sent)
    assert answered[:4] == b"HTTP"
    assert answered.split()[1] == str(status).encode(), answered
    assert b"Traceback" not in answered
    assert "Traceback" not in caplog.text, "who sends rubbish fills no log"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/calls/../../etc/passwd",
        "/v1/calls/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/v1//calls",
        "/v1/calls/",
        "/v1/calls/a/trace/../../../state/api-token",
        "/%00",
        "/v1/calls/%0d%0aSet-Cookie:%20a=b",
        "http://other.example/v1/calls/x",
        "*",
    ],
)
async def test_paths_that_lead_elsewhere(server: tuple[ApiServer, int], path: str) -> None:
    answered = await say(server[1], request(f"GET {path} HTTP/1.1"))
    head, _, body = answered.partition(b"\r\n\r\n")
    assert b" 404 " in head.splitlines()[0] or b" 400 " in head.splitlines()[0], answered
    assert b"Set-Cookie" not in head
    assert b"root:" not in body


async def test_who_sends_nothing_or_drips_is_closed(hasty: tuple[ApiServer, int]) -> None:
    assert await say(hasty[1]) == b""
    assert await say(hasty[1], b"GET /health HTTP/1.1\r\n", b"Host:") == b""
    head = request("POST /v1/drain HTTP/1.1", "Content-Length: 1000")
    answered = await say(hasty[1], head, b"{")
    assert b" 408 " in answered.splitlines()[0]
    assert b'"too_slow"' in answered


async def test_a_body_that_is_too_large(server: tuple[ApiServer, int], engine: Engine) -> None:
    body = b"[" * 4096
    head = request("POST /v1/drain HTTP/1.1", f"Content-Length: {len(body)}")
    answered = await say(server[1], head + body)
    assert b" 413 " in answered.splitlines()[0]
    assert b'"too_large"' in answered
    chunks = request("POST /v1/drain HTTP/1.1", "Transfer-Encoding: chunked")
    answered = await say(server[1], chunks + b"zz\r\nrubbish\r\n")
    assert b" 400 " in answered.splitlines()[0]
    bomb = request("POST /v1/drain HTTP/1.1", "Content-Encoding: gzip", "Content-Length: 9")
    answered = await say(server[1], bomb + b"123456789")
    assert b" 400 " in answered.splitlines()[0]


async def test_so_many_connections_and_no_more(server: tuple[ApiServer, int]) -> None:
    port = server[1]
    kept = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
    await asyncio.sleep(0)
    assert await say(port, request("GET /health HTTP/1.1")) == b""
    for _, writer in kept:
        writer.close()

    async with asyncio.timeout(10):
        while b" 200 " not in await say(port, request("GET /health HTTP/1.1")):
            pass


async def test_who_does_not_read_holds_up_nobody(store: Store, engine: Engine) -> None:
    """A listener that never reads: its events are dropped, and others get theirs."""
    api = app(store, engine, token("all", *TokenScope))
    opened = ApiServer(api, ApiSettings(port=0))
    port = await opened.start()
    _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
    upgrade = ("Upgrade: websocket", "Sec-WebSocket-Version: 13")
    head = request("GET /v1/tail HTTP/1.1", *upgrade, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    writer.write(head.replace(b"Connection: close", b"Connection: Upgrade"))
    tail = api[BACKEND].tail
    await until(lambda: len(tail) == 1)
    for number in range(6000):
        engine.trace("a", Noted(text=f"{number}" * 200))
    (listening,) = tail._listeners
    assert len(listening._waiting) == 2000
    assert listening._lost > 0
    assert b" 200 " in await say(port, request("GET /health HTTP/1.1"))
    writer.transport.abort()
    await until(lambda: len(tail) == 0)
    await opened.stop()


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://evil.example", 403), ("null", 403), ("http://127.0.0.1.evil.example", 403)],
)
async def test_pages_of_others_cannot_listen(client: Client, origin: str, status: int) -> None:
    headers = bearer("all") | {"Origin": origin}
    async with client.get("/v1/tail", headers=headers) as response:
        assert response.status == status
        assert (await response.json())["code"] == "foreign_origin"
    own = bearer("all") | {"Origin": f"http://127.0.0.1:{client.port}"}
    async with client.ws_connect("/v1/tail", headers=own):
        pass


async def test_browsers_are_told_nothing_across_sites(client: Client) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    async with client.options("/v1/calls", headers=asked) as response:
        assert response.status == 405
        assert not [name for name in response.headers if name.startswith("Access-Control")]
    async with client.get(f"/v1/calls?access_token={secret('all')}") as response:
        assert response.status == 401, "a token in an address would stand in every log"
    async with client.get("/v1/calls", cookies={"token": secret("all")}) as response:
        assert response.status == 401, "a cookie would be sent by pages of others"


async def test_every_answer_says_how_it_is_to_be_treated(client: Client) -> None:
    for path in ("/health", "/v1/calls", "/v1/nothing", "/v1/openapi.json", "/metrics"):
        async with client.get(path, headers=bearer("all")) as response:
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Server"] == "ivrkit"
            assert "Set-Cookie" not in response.headers


async def test_tokens_are_compared_in_constant_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[str, str]] = []

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return genuine(one, other)

    genuine = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", compare)
    for who in ("all", "nobody"):
        compared.clear()
        async with client.get("/v1/calls", headers=bearer(who)):
            pass
        assert len(compared) == 4, "each of the tokens there are, whether one was found or not"
        assert all(len(one) == len(other) == 64 for one, other in compared)


async def test_no_token_is_in_any_log_or_answer(
    client: Client, store: Store, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    store.put_record(record("a"))
    await store.flush()
    wrong = "wrong" * 10
    with caplog.at_level(logging.DEBUG):
        for route in routes():
            if route.path == "/v1/tail":
                continue
            path = route.path.replace("{id}", "a")
            for presented in (secret("all"), secret("acme"), wrong):
                headers = {"Authorization": f"Bearer {presented}", "X-Other": presented}
                async with client.request(route.method, path, headers=headers) as response:
                    text = await response.text() + str(response.headers)
                assert presented not in text
    assert secret("all") not in caplog.text
    assert secret("acme") not in caplog.text
    assert wrong not in caplog.text
    await store.flush()
    assert secret("all") not in str(await store.audit())
