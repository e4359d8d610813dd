from __future__ import annotations

from typing import Any

from aiohttp.test_utils import TestClient

from ivrkit.store import Store
from tests.service.api.support import Engine, bearer

Client = TestClient[Any, Any]


async def ask(client: Client, method: str, status: int = 200, **given: Any) -> Any:
    path = "/v1/drain"
    async with client.request(method, path, headers=bearer("all"), **given) as response:
        assert response.status == status, await response.text()
        return await response.json()


async def test_new_calls_are_sent_back_until_it_is_taken_back(
    client: Client, engine: Engine, store: Store
) -> None:
    engine.begin("a")
    idle = {"draining": False, "calls": 1, "ending": False, "seconds_left": None}
    assert await ask(client, "GET") == idle
    assert await ask(client, "POST", json={}) == idle | {"draining": True}
    assert await ask(client, "DELETE") == idle
    assert not engine.draining.over.is_set()
    await store.flush()
    assert [each.action for each in await store.audit()] == ["cancel_drain", "drain"]


async def test_an_engine_that_ends_is_not_held_up(client: Client, engine: Engine) -> None:
    engine.draining.end(60)
    state = await ask(client, "GET")
    assert state["ending"]
    assert 0 < state["seconds_left"] <= 60
    told = await ask(client, "DELETE", 409)
    assert told["code"] == "ending"
    engine.draining.stop()


async def test_it_ends_now(client: Client, engine: Engine) -> None:
    assert (await ask(client, "POST", json={"now": True}))["draining"]
    assert engine.draining.over.is_set()
