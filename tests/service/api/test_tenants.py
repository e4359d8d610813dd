"""What the token of a tenant gets from each route. A route that is not in the table fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError
from aiohttp.test_utils import TestClient

from ivrkit.call.events import Ended, Noted
from ivrkit.service.api.route import Route
from ivrkit.service.api.routes import routes
from ivrkit.store import AuditEntry, Store
from tests.service.api.support import NOON, Engine, bearer, record

Client = TestClient[Any, Any]
Proof = Callable[[Client, Store, Engine], Awaitable[None]]

NAMES = ("mine", "theirs", "nobodys")
OTHERS = ("theirs", "nobodys", "live-theirs", "live-nobodys")


@pytest.fixture(autouse=True)
async def two_tenants(store: Store, engine: Engine) -> None:
    """Calls, payloads and deeds of this tenant, of another, and of none."""
    for name, tenant in zip(NAMES, ("acme", "other", ""), strict=True):
        store.put_record(record(name, tenant=tenant, ended="flow", ended_at=NOON))
        store.append(name, [Noted(text=f"secret of {name}"), Ended(ended="flow")])
        store.put_audit(
            AuditEntry(at=NOON, token=name, action="hangup", outcome="done", tenant=tenant)
        )
        await store.put_payload(f"p-{name}", b"{}", call_id=name)
        engine.begin(f"live-{name}", tenant=tenant)
    await store.put_payload("p-lost", b"{}", call_id="never-recorded")
    await store.flush()


async def ask(client: Client, path: str, status: int = 200, method: str = "GET") -> Any:
    """What the tenant is answered: never a word about others."""
    async with client.request(method, path, headers=bearer("acme")) as response:
        text = await response.text()
        assert response.status == status, text
        assert not any(name in text for name in ("theirs", "nobodys", "other"))
        return await response.json()


async def open_to_all(client: Client, store: Store, engine: Engine) -> None:
    engine.wrong.append("theirs is away")
    for path, status in (("/health", 200), ("/ready", 503)):
        await ask(client, path, status)


async def the_same_for_all(client: Client, store: Store, engine: Engine) -> None:
    async with client.get("/v1/openapi.json") as response:
        assert response.status == 200


async def own_calls(client: Client, store: Store, engine: Engine) -> None:
    told = await ask(client, "/v1/calls")
    assert {each["id"] for each in told["calls"]} == {"mine", "live-mine"}
    for query in ("live=false", "live=true", "flow=bank", "caller=%2B49301", "number=800"):
        told = await ask(client, f"/v1/calls?{query}")
        assert {each["tenant"] for each in told["calls"]} == {"acme"}


async def one_call(client: Client, store: Store, engine: Engine) -> None:
    for name in ("mine", "live-mine"):
        await ask(client, f"/v1/calls/{name}")
    for name in OTHERS:
        await ask(client, f"/v1/calls/{name}", 404)


async def its_trace(client: Client, store: Store, engine: Engine) -> None:
    for name in ("mine", "live-mine"):
        await ask(client, f"/v1/calls/{name}/trace")
    for name in OTHERS:
        await ask(client, f"/v1/calls/{name}/trace", 404)


async def hanging_up(client: Client, store: Store, engine: Engine) -> None:
    for name in OTHERS:
        await ask(client, f"/v1/calls/{name}/hangup", 404, "POST")
    assert engine.hung_up == []
    await ask(client, "/v1/calls/live-mine/hangup", 202, "POST")
    assert engine.hung_up == ["live-mine"]


async def payloads(client: Client, store: Store, engine: Engine) -> None:
    await ask(client, "/v1/handoffs/p-mine")
    for name in ("p-theirs", "p-nobodys", "p-lost"):
        await ask(client, f"/v1/handoffs/{name}", 404)


async def the_audit(client: Client, store: Store, engine: Engine) -> None:
    told = await ask(client, "/v1/audit")
    assert [each["token"] for each in told["actions"]] == ["mine"]
    for query in ("token=theirs", "token=nobodys"):
        assert (await ask(client, f"/v1/audit?{query}"))["actions"] == []


async def the_tail(client: Client, store: Store, engine: Engine) -> None:
    async with client.ws_connect("/v1/tail", headers=bearer("acme")) as socket:
        for name in (*OTHERS, "live-mine"):
            engine.trace(name, Noted(text="x"))
        assert (await socket.receive_json())["call"] == "live-mine"
    async with client.ws_connect("/v1/tail?call=live-theirs", headers=bearer("acme")) as socket:
        for name in OTHERS:
            engine.trace(name, Noted(text="x"))
        await client.server.close()
        with pytest.raises(TypeError, match="is not"):
            await socket.receive_json()


def refused(route: Route) -> Proof:
    async def proof(client: Client, store: Store, engine: Engine) -> None:
        told = await ask(client, route.path, 403, route.method)
        assert (told["code"], told["message"]) == ("forbidden", "this is of all tenants together")

    return proof


PROOFS: dict[str, Proof | None] = {
    "GET /health": open_to_all,
    "GET /ready": open_to_all,
    "GET /v1/openapi.json": the_same_for_all,
    "GET /v1/calls": own_calls,
    "GET /v1/calls/{id}": one_call,
    "GET /v1/calls/{id}/trace": its_trace,
    "POST /v1/calls/{id}/hangup": hanging_up,
    "GET /v1/handoffs/{id}": payloads,
    "GET /v1/audit": the_audit,
    "GET /v1/tail": the_tail,
}
"""How each route keeps tenants apart. Routes that take no tenant's token refuse it."""


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{route.method} {route.path}")
async def test_a_tenant_gets_its_own_only(
    client: Client, store: Store, engine: Engine, route: Route
) -> None:
    proof = PROOFS.get(f"{route.method} {route.path}") if route.tenants else refused(route)
    assert proof is not None, f"prove that {route.method} {route.path} keeps tenants apart"
    await proof(client, store, engine)


async def test_the_token_of_a_tenant_without_the_scope_hears_nothing(client: Client) -> None:
    with pytest.raises(WSServerHandshakeError):
        await client.ws_connect("/v1/tail", headers=bearer("reads"))
