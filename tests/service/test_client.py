from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivrkit.call.events import Ended, Noted, Pressed, Recognised, Said
from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.service import client
from ivrkit.service.api.settings import ApiLimits, ApiSettings
from ivrkit.service.api.tokens import local_token, own_token, replace_local_token
from ivrkit.service.callers.erasing import erase
from ivrkit.service.client import ApiClient, EngineAway, EngineLate, NotFound
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.engine import examine_engine
from ivrkit.service.history import list_calls, tell_call
from ivrkit.service.making_tokens import rotate_local
from ivrkit.service.tailing import follow
from ivrkit.store import RecordQuery, Store
from tests.service.api.support import Engine, app, record
from tests.store.support import until

Configure = Callable[[int], Configuration]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    def make(port: int) -> Configuration:
        return Configuration(api=ApiSettings(port=port), state=tmp_path)

    return make


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "ivrkit.db")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def site(
    engine: Engine, store: Store, configure: Configure, tmp_path: Path
) -> AsyncIterator[Configuration]:
    """The configuration of an engine that answers; its store has three calls."""
    await store.acquire("ivrkit", "me")
    for name in ("aaaa1", "aaaa2", "bbbb1"):
        store.put_record(record(name, flow="clinic" if name == "bbbb1" else "bank"))
    store.append("bbbb1", [Noted(at=1, text="first"), Ended(at=2, ended="flow")])
    await store.flush()
    async with TestServer(app(store, engine, own_token(local_token(tmp_path)))) as server:
        assert server.port is not None
        yield configure(server.port)


async def test_calls_come_from_the_engine(site: Configuration, engine: Engine) -> None:
    engine.begin("cccc1")
    found = await list_calls(site, RecordQuery(limit=10))
    assert [call.id for call in found.calls] == ["cccc1", "aaaa1", "aaaa2", "bbbb1"]
    assert found.calls[0].live
    assert found.calls[0].state == "at main/2"
    assert found.note == ""
    only = await list_calls(site, RecordQuery(flow="clinic"))
    assert [call.id for call in only.calls] == ["bbbb1"]


async def test_a_call_is_told_by_the_beginning_of_its_id(site: Configuration) -> None:
    story = await tell_call(site, "bbbb")
    assert story.call.id == "bbbb1"
    assert [type(event) for event in story.events] == [Noted, Ended]
    for name, text in {"aaaa": "2 calls begin", "bb": "no call bb", "zzzz": "no call"}.items():
        with pytest.raises(NotFound, match=text):
            await tell_call(site, name)


async def test_without_an_engine_the_store_is_read(
    configure: Configure, store: Store, unused_tcp_port: int
) -> None:
    await store.acquire("ivrkit", "me")
    store.put_record(record("aaaa1", ended="caller"))
    asked = [Pressed(keys="12", result="chosen"), Recognised(text="billing", result="chosen")]
    store.append("aaaa1", [Noted(at=1, text="kept"), *asked])
    await store.flush()
    site = configure(unused_tcp_port)
    found = await list_calls(site, RecordQuery())
    assert [call.state for call in found.calls] == ["the caller has hung up"]
    assert "this is what its store holds" in found.note
    story = await tell_call(site, "aaaa")
    assert [event.text for event in story.events if isinstance(event, Noted)] == ["kept"]
    assert (story.keys, story.said) == (["12"], ["billing"])
    with pytest.raises(NotFound):
        await tell_call(site, "zzzz")


async def test_without_engine_and_store_nothing_is_made(
    configure: Configure, unused_tcp_port: int, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        await list_calls(configure(unused_tcp_port), RecordQuery())
    assert list(tmp_path.iterdir()) == []


async def test_a_token_of_another_user_is_not_taken_for_none(
    site: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut(path: Path, **_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", shut)
    with pytest.raises(ConfigurationError, match="cannot be read") as caught:
        await list_calls(site, RecordQuery())
    assert not isinstance(caught.value, EngineAway)
    assert "as the same user" in caught.value.hint


async def test_the_tail_of_all_calls(site: Configuration, engine: Engine) -> None:
    async with ApiClient(site) as api, api.tail() as tail:
        await until(lambda: bool(engine.listeners))
        engine.trace("a", Noted(at=1, text="x"))
        engine.trace("b", Said(at=2, text="y", end="finished", language="en"))
        assert await anext(tail) == ("a", Noted(at=1, text="x"))
        assert (await anext(tail))[0] == "b"


async def test_a_call_is_followed_from_its_beginning_to_its_end(
    site: Configuration, engine: Engine
) -> None:
    seen: list[Any] = []
    await follow(site, "bbbb", lambda call_id, event: seen.append((call_id, type(event))))
    assert seen == [("bbbb1", Noted), ("bbbb1", Ended)]
    with pytest.raises(NotFound):
        await follow(site, "zzzz", lambda call_id, event: None)


async def test_an_engine_that_is_not_there_is_told(
    configure: Configure, unused_tcp_port: int, tmp_path: Path
) -> None:
    with pytest.raises(EngineAway, match="no engine has run here"):
        async with ApiClient(configure(unused_tcp_port)):
            pass
    local_token(tmp_path)
    async with ApiClient(configure(unused_tcp_port)) as api:
        with pytest.raises(EngineAway, match=r"no engine answers at http://127\.0\.0\.1:\d+$"):
            await _get(api)
        with pytest.raises(EngineAway):
            async with api.tail():
                pass
    with pytest.raises(EngineAway, match="no fixed port"):
        ApiClient(configure(0))


async def _get(api: ApiClient) -> None:
    try:
        await api.get("/v1/calls")
    except EngineAway as error:
        raise EngineAway(error.message) from None


async def test_another_sites_engine_is_told_apart(
    engine: Engine, store: Store, configure: Configure, tmp_path: Path
) -> None:
    local_token(tmp_path)
    async with TestServer(app(store, engine)) as server:
        assert server.port is not None
        async with ApiClient(configure(server.port)) as api:
            with pytest.raises(ConfigurationError, match="does not accept this site's token"):
                await api.get("/v1/calls")
            with pytest.raises(ConfigurationError, match="does not accept"):
                async with api.tail():
                    pass


async def test_another_program_is_told_apart(configure: Configure, tmp_path: Path) -> None:
    local_token(tmp_path)
    async with TestServer(web.Application()) as server:
        assert server.port is not None
        async with ApiClient(configure(server.port)) as api:
            with pytest.raises(ConfigurationError, match="is no ivrkit"):
                await api.get("/v1/calls")


async def test_a_token_that_was_just_replaced_is_read_again(
    configure: Configure, tmp_path: Path
) -> None:
    before = local_token(tmp_path)
    heard: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        heard.append(request.headers["Authorization"])
        if len(heard) == 1:
            replace_local_token(tmp_path)
            return web.json_response({"code": "unknown_token"}, status=401)
        return web.json_response({"done": True})

    application = web.Application()
    application.router.add_post("/v1/reload", answer)
    async with TestServer(application) as server:
        assert server.port is not None
        async with ApiClient(configure(server.port)) as api:
            assert await api.post("/v1/reload", {"a": 1}) == {"done": True}
    assert heard == [f"Bearer {before}", f"Bearer {local_token(tmp_path)}"]


async def test_an_engine_that_is_late_is_not_away(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was asked for may be done: nobody does it in its place."""
    monkeypatch.setattr(client, "ANSWERS_SECONDS", 0.05)
    before = local_token(tmp_path)

    async def silence(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    late = web.Application()
    late.router.add_route("*", "/{path:.*}", silence)
    async with TestServer(late) as server:
        assert server.port is not None
        site = configure(server.port)
        limits = ApiLimits(time=timedelta(seconds=0.05))
        site = site.model_copy(update={"api": site.api.model_copy(update={"limits": limits})})
        with pytest.raises(EngineLate, match=r"has not answered within 0\.1 s"):
            await rotate_local(site)
        with pytest.raises(EngineLate):
            await erase(site, "+49301234567", really=True)
        assert [finding async for finding in examine_engine(site)] == []
        with pytest.raises(StoreError, match="no store"):
            await list_calls(site, RecordQuery())
    assert local_token(tmp_path) == before
