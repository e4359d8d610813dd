from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import WSMsgType
from aiohttp.test_utils import TestClient, TestServer

from ivrkit.call.events import Noted
from ivrkit.service.api.access import _neighbourhood
from ivrkit.service.api.server import BACKEND
from ivrkit.service.api.settings import ApiLimits
from ivrkit.service.api.tokens import Token, Tokens, TokenScope, digest, own_token
from ivrkit.store import Store
from tests.service.api.support import Engine, app, bearer, secret, token
from tests.store.support import until

Client = TestClient[Any, Any]


async def ask(client: Client, who: str, path: str = "/v1/calls") -> tuple[int, str, str | None]:
    """Status, code of the error, and after how many seconds to ask again."""
    async with client.get(path, headers=bearer(who)) as response:
        told = await response.json()
        return response.status, told.get("code", ""), response.headers.get("Retry-After")


async def test_a_token_asks_so_often_and_no_oftener(store: Store, engine: Engine) -> None:
    crm, wall = (token(name, TokenScope.CALLS_READ) for name in ("crm", "wall"))
    own = own_token(secret("own"))
    api = app(store, engine, crm, wall, own, requests_per_second=0.1)
    async with TestClient(TestServer(api)) as client:
        assert (await ask(client, "crm"))[0] == 200
        assert await ask(client, "crm") == (429, "too_many", "10")
        assert (await ask(client, "wall"))[0] == 200, "the others may"
        for _ in range(5):
            assert (await ask(client, "own"))[0] == 200, "this machine's own tools may"


async def test_who_guesses_is_slowed_down_and_who_knows_is_not(
    store: Store, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    api = app(store, engine, token("crm", TokenScope.CALLS_READ), failures_per_minute=3)
    async with TestClient(TestServer(api)) as client:
        with caplog.at_level(logging.DEBUG):
            answers = [(await ask(client, f"guess{number}"))[0] for number in range(5)]
        assert answers == [401, 401, 401, 429, 429]
        status, code, after = await ask(client, "guess")
        assert (status, code) == (429, "too_many")
        assert after is not None
        assert 1 <= int(after) <= 20
        async with client.get("/v1/calls") as response:
            assert response.status == 429
        assert (await ask(client, "crm"))[0] == 200
        async with client.get("/health") as response:
            assert response.status == 200
    assert "guess" not in caplog.text.replace("/", "")


async def test_the_time_of_a_token_is_over(store: Store, engine: Engine) -> None:
    scopes = frozenset({TokenScope.CALLS_READ})
    now = datetime.now(UTC)
    tokens = [
        Token(name, (digest(secret(name)),), scopes, expires=now + timedelta(days=days))
        for name, days in (("old", -1), ("young", 1))
    ]
    async with TestClient(TestServer(app(store, engine, *tokens))) as client:
        assert (await ask(client, "old"))[:2] == (401, "expired_token")
        assert (await ask(client, "young"))[0] == 200


async def test_a_token_is_replaced_without_a_gap(store: Store, engine: Engine) -> None:
    """Old and new one are taken, then the new one only; who listens with it goes on."""
    scopes = frozenset({TokenScope.CALLS_READ, TokenScope.TAIL})
    old, new = (digest(secret(name)) for name in ("old", "new"))
    api = app(store, engine, Token("crm", (old,), scopes))
    backend = api[BACKEND]

    def renew(*hashes: str) -> None:
        backend.access.renew(Tokens([Token("crm", hashes, scopes)]), ApiLimits())
        backend.tail.check()

    async with TestClient(TestServer(api)) as client:
        before = await client.ws_connect("/v1/tail", headers=bearer("old"))
        assert (await ask(client, "new"))[0] == 401
        renew(old, new)
        assert (await ask(client, "old"))[0] == 200
        assert (await ask(client, "new"))[0] == 200
        after = await client.ws_connect("/v1/tail", headers=bearer("new"))
        await until(lambda: len(backend.tail) == 2)
        renew(new)
        engine.trace("a", Noted(text="x"))
        assert (await ask(client, "old"))[:2] == (401, "unknown_token")
        message = await before.receive()
        assert (message.type, message.data) == (WSMsgType.CLOSE, 1008)
        assert (await after.receive_json())["text"] == "x"
        await after.close()


@pytest.mark.parametrize(
    "changed",
    [
        Token("crm", (digest(secret("crm")),), frozenset({TokenScope.CALLS_READ})),
        Token("crm", (digest(secret("crm")),), frozenset({TokenScope.TAIL}), "acme"),
    ],
    ids=["may no longer listen", "belongs to a tenant now"],
)
async def test_who_may_less_is_cut_off(store: Store, engine: Engine, changed: Token) -> None:
    api = app(store, engine, token("crm", TokenScope.TAIL))
    backend = api[BACKEND]
    async with (
        TestClient(TestServer(api)) as client,
        client.ws_connect("/v1/tail", headers=bearer("crm")) as socket,
    ):
        await until(lambda: len(backend.tail) == 1)
        for _ in range(10):
            engine.trace("a", Noted(text="x"))
        backend.access.renew(Tokens([changed]), ApiLimits())
        backend.tail.check()
        assert (await socket.receive()).data == 1008


async def test_listening_ends_with_the_time_of_the_token(store: Store, engine: Engine) -> None:
    expires = datetime.now(UTC) + timedelta(seconds=0.3)
    scopes = frozenset({TokenScope.TAIL})
    short = Token("crm", (digest(secret("crm")),), scopes, expires=expires)
    async with (
        TestClient(TestServer(app(store, engine, short))) as client,
        client.ws_connect("/v1/tail", headers=bearer("crm")) as socket,
    ):
        message = await socket.receive()
        assert (message.type, message.data) == (WSMsgType.CLOSE, 1008)


async def test_so_many_listen_at_once(store: Store, engine: Engine) -> None:
    api = app(store, engine, token("crm", TokenScope.TAIL), tails=2)
    async with TestClient(TestServer(api)) as client:
        first = await client.ws_connect("/v1/tail", headers=bearer("crm"))
        second = await client.ws_connect("/v1/tail", headers=bearer("crm"))
        headers = bearer("crm") | {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        async with client.get("/v1/tail", headers=headers) as response:
            assert response.status == 429
            assert (await response.json())["message"] == "there are too many tails"
        await first.close()
        await until(lambda: len(api[BACKEND].tail) == 1)
        third = await client.ws_connect("/v1/tail", headers=bearer("crm"))
        await third.close()
        await second.close()


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_who_counts_as_one(address: str, counted: str) -> None:
    assert _neighbourhood(address) == counted
