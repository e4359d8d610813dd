from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSCloseCode, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestClient

from ivrkit.call.events import Ended, Entered, Noted, VariableSet
from ivrkit.service.api import tail
from tests.service.api.support import Engine, bearer
from tests.store.support import until

Client = TestClient[Any, Any]


async def test_events_arrive_as_they_happen(client: Client, engine: Engine) -> None:
    async with client.ws_connect("/v1/tail", headers=bearer("all")) as socket:
        await _listening(engine)
        engine.trace("a", Entered(at=1, path="main/0", verb="say"))
        engine.trace("b", Noted(at=2, text="zwölf"))
        assert await socket.receive_json() == {
            "call": "a",
            "event": "entered",
            "at": 1,
            "path": "main/0",
            "verb": "say",
        }
        assert (await socket.receive_json())["text"] == "zwölf"


async def test_one_call_is_followed(client: Client, engine: Engine) -> None:
    async with client.ws_connect("/v1/tail?call=b", headers=bearer("all")) as socket:
        await _listening(engine)
        engine.trace("a", Noted(text="a"))
        engine.trace("b", Noted(text="b"))
        assert (await socket.receive_json())["call"] == "b"


async def test_nobody_listens_nobody_is_asked(client: Client, engine: Engine) -> None:
    first = await client.ws_connect("/v1/tail", headers=bearer("all"))
    second = await client.ws_connect("/v1/tail", headers=bearer("all"))
    await until(lambda: len(engine.listeners) == 1)
    await first.close()
    engine.trace("a", Noted(text="still"))
    assert (await second.receive_json())["text"] == "still"
    await second.close()
    await until(lambda: not engine.listeners)


async def test_a_tenant_hears_its_own_calls_to_their_end(client: Client, engine: Engine) -> None:
    engine.begin("mine", tenant="acme")
    engine.begin("theirs", tenant="other")
    async with client.ws_connect("/v1/tail", headers=bearer("acme")) as socket:
        await _listening(engine)
        for call in ("theirs", "mine", "unknown"):
            engine.trace(call, Noted(text="x"))
        engine.calls.clear()
        for call in ("theirs", "mine"):
            engine.trace(call, Ended(ended="flow"))
        engine.trace("mine", Noted(text="after the end"))
        engine.begin("next", tenant="acme")
        engine.trace("next", Noted(text="y"))
        heard = [(await socket.receive_json()) for _ in range(3)]
    assert [(each["call"], each["event"]) for each in heard] == [
        ("mine", "noted"),
        ("mine", "ended"),
        ("next", "noted"),
    ]


async def test_a_tenants_call_is_looked_up_once(
    client: Client, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    live = engine.live
    engine.begin("mine", tenant="acme")
    engine.begin("theirs", tenant="other")
    async with client.ws_connect("/v1/tail", headers=bearer("acme")) as socket:
        await _listening(engine)
        monkeypatch.setattr(engine, "live", lambda: (looks.append(1), live())[1])
        for _ in range(5):
            engine.trace("theirs", Noted(text="x"))
            engine.trace("mine", Noted(text="x"))
        assert (await socket.receive_json())["call"] == "mine"
    assert len(looks) == 2


async def test_who_does_not_keep_up_is_told_what_is_lost(
    client: Client, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "MOST_WAITING", 3)
    async with client.ws_connect("/v1/tail", headers=bearer("all")) as socket:
        await _listening(engine)
        for number in range(10):
            engine.trace("a", Noted(text=str(number)))
        heard = [await socket.receive_json() for _ in range(4)]
        assert [each.get("text") for each in heard] == ["0", "1", "2", None]
        assert heard[3] == {"event": "lost", "count": 7}
        engine.trace("a", Noted(text="again"))
        assert (await socket.receive_json())["text"] == "again"


async def test_an_event_that_cannot_be_told_breaks_nothing(client: Client, engine: Engine) -> None:
    async with client.ws_connect("/v1/tail", headers=bearer("all")) as socket:
        await _listening(engine)
        engine.trace("a", VariableSet(at=1, name="x", value="\ud800"))
        assert (await socket.receive_json())["code"] == "trace"


async def test_what_a_listener_sends_is_ignored(client: Client, engine: Engine) -> None:
    async with client.ws_connect("/v1/tail", headers=bearer("all")) as socket:
        await _listening(engine)
        await socket.send_str("hang up everything")
        engine.trace("a", Noted(text="x"))
        assert (await socket.receive_json())["text"] == "x"


async def test_a_stopping_server_says_good_bye(client: Client, engine: Engine) -> None:
    socket: ClientWebSocketResponse[Any] = await client.ws_connect(
        "/v1/tail", headers=bearer("all")
    )
    await _listening(engine)
    await client.server.close()
    message = await socket.receive()
    assert (message.type, message.data) == (WSMsgType.CLOSE, WSCloseCode.GOING_AWAY)
    await until(lambda: not engine.listeners)


async def test_without_a_token_nothing_is_heard(client: Client, engine: Engine) -> None:
    for headers, status in (({}, 401), (bearer("reads"), 403)):
        with pytest.raises(WSServerHandshakeError) as caught:
            await client.ws_connect("/v1/tail", headers=headers)
        assert caught.value.status == status
    assert engine.listeners == []


async def _listening(engine: Engine) -> None:
    there: Callable[[], object] = lambda: engine.listeners  # noqa: E731
    await until(there)
