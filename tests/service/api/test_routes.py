from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from ivrkit.call.events import Ended, Entered
from ivrkit.errors import StoreError
from ivrkit.service.api.routes import routes
from ivrkit.store import Store
from tests.service.api.support import NOON, Engine, bearer, record

Client = TestClient[Any, Any]


async def get(client: Client, path: str, who: str = "all", status: int = 200) -> Any:
    async with client.get(path, headers=bearer(who)) as response:
        assert response.status == status, await response.text()
        assert response.content_type == "application/json"
        assert response.headers["Cache-Control"] == "no-store"
        return await response.json()


@pytest.mark.parametrize("route", [each for each in routes() if each.scope is not None])
@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "no_token"),
        ("Basic aXZya2l0OmE=", "no_token"),
        ("Bearer", "no_token"),
        ("Bearer " + "x" * 47, "unknown_token"),
        ("Bearer ü", "unknown_token"),
    ],
)
async def test_without_a_known_token_nothing_is_told(
    client: Client, engine: Engine, route: Any, header: str | None, code: str
) -> None:
    engine.begin("a")
    headers = {} if header is None else {"Authorization": header}
    path = route.path.replace("{id}", "a")
    async with client.request(route.method, path, headers=headers) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert (await response.json())["code"] == code
    assert engine.hung_up == []


@pytest.mark.parametrize("route", [each for each in routes() if each.scope is not None])
async def test_a_token_without_the_scope_is_refused(
    client: Client, engine: Engine, route: Any
) -> None:
    engine.begin("a")
    who = "reads" if route.scope.value != "calls:read" else "hangs"
    path = route.path.replace("{id}", "a")
    async with client.request(route.method, path, headers=bearer(who)) as response:
        assert response.status == 403
        told = await response.json()
    assert told["code"] == "forbidden"
    assert told["hint"] == f"it needs the scope {route.scope.value}"
    assert engine.hung_up == []


async def test_calls_of_store_and_engine_are_shown_together(
    client: Client, store: Store, engine: Engine
) -> None:
    store.put_record(record("over", ended="caller", ended_at=NOON, path="main/9"))
    store.put_record(record("going", started=NOON + timedelta(seconds=1)))
    await store.flush()
    engine.begin("going", started=NOON + timedelta(seconds=1))
    engine.begin("unsaved", started=NOON + timedelta(seconds=2))
    told = await get(client, "/v1/calls", "reads")
    assert [(each["id"], each["live"], each["path"]) for each in told["calls"]] == [
        ("unsaved", True, "main/2"),
        ("going", True, "main/2"),
        ("over", False, "main/9"),
    ]
    assert told["next"] is None
    assert told["calls"][2]["started"] == "2026-03-02T12:00:00Z"
    assert [each["id"] for each in (await get(client, "/v1/calls?live=false"))["calls"]] == ["over"]
    told = await get(client, "/v1/calls?flow=clinic")
    assert told["calls"] == []


async def test_calls_come_page_by_page(client: Client, store: Store) -> None:
    for number in range(5):
        store.put_record(record(f"c{number}"))
    await store.flush()
    found, path = [], "/v1/calls?limit=2"
    while path:
        told = await get(client, path)
        found += [each["id"] for each in told["calls"]]
        path = f"/v1/calls?limit=2&page={told['next']}" if told["next"] else ""
    assert found == ["c0", "c1", "c2", "c3", "c4"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "'limit' is wrong"),
        ("limit=many", "'limit' is wrong"),
        ("limit=" + "9" * 5000, "'limit' is wrong"),
        ("since=yesterday", "'since' is wrong"),
        ("since=2026-03-02", "'since' is wrong"),
        ("live=maybe", "'live' is wrong"),
        ("page=x", "'page' is wrong"),
        ("page=1772445600000000~../x", "'page' is wrong"),
        ("callers=1", "'callers' is not known"),
    ],
)
async def test_a_bad_question_is_told(client: Client, query: str, said: str) -> None:
    told = await get(client, f"/v1/calls?{query}", status=400)
    assert told["code"] == "bad_request"
    assert said in told["message"]
    assert told["hint"]


async def test_calls_are_asked_for_by_time_and_caller(client: Client, store: Store) -> None:
    for number in range(4):
        started = NOON + timedelta(minutes=number)
        store.put_record(record(f"c{number}", started=started, caller=f"+{number}"))
    await store.flush()
    told = await get(client, "/v1/calls?since=2026-03-02T13:02:00%2B01:00")
    assert [each["id"] for each in told["calls"]] == ["c3", "c2"]
    told = await get(client, "/v1/calls?before=2026-03-02T13:01:00+01:00")
    assert [each["id"] for each in told["calls"]] == ["c0"]
    told = await get(client, "/v1/calls?caller=%2B2")
    assert [each["id"] for each in told["calls"]] == ["c2"]


async def test_one_call_and_its_trace(client: Client, store: Store, engine: Engine) -> None:
    store.put_record(record("a.1"))
    store.append("a.1", [Entered(at=1.5, path="main/0", verb="say"), Ended(at=2, ended="flow")])
    await store.flush()
    told = await get(client, "/v1/calls/a.1")
    assert (told["id"], told["live"]) == ("a.1", False)
    assert await get(client, "/v1/calls/a.1/trace") == {
        "call": "a.1",
        "events": [
            {"event": "entered", "at": 1.5, "path": "main/0", "verb": "say"},
            {"event": "ended", "at": 2, "ended": "flow"},
        ],
    }
    engine.begin("unsaved")
    assert (await get(client, "/v1/calls/unsaved"))["live"] is True
    assert await get(client, "/v1/calls/unsaved/trace") == {"call": "unsaved", "events": []}


BAD_IDS = [
    "unknown",
    "..",
    "%2e%2e",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f%2e%2e%2fstate%2fapi-token",
    "a%00",
    "a'%20OR%201=1--",
    "a%0d%0aX:%20y",
    "%ff",
    "x" * 129,
]


@pytest.mark.parametrize("call_id", BAD_IDS)
@pytest.mark.parametrize("path", ["/v1/calls/{}", "/v1/calls/{}/trace", "/v1/handoffs/{}"])
async def test_ids_that_are_none_are_not_found(
    client: Client, store: Store, path: str, call_id: str
) -> None:
    from yarl import URL

    store.put_record(record("a"))
    await store.put_payload("a", b"{}")
    url = URL(path.format(call_id), encoded=True)
    async with client.get(url, headers=bearer("all")) as response:
        assert response.status == 404
        told = await response.json()
    assert told["code"] in ("no_such_call", "no_such_handoff", "not_found")
    assert "passwd" not in told["message"]


async def test_a_payload_is_the_document_until_it_expires(client: Client, store: Store) -> None:
    document = b'{"customer":"Ann Lee","path":["balances"]}'
    expires = datetime.now(UTC) + timedelta(hours=1)
    await store.put_payload("3f2a", document, expires, call_id="a")
    async with client.get("/v1/handoffs/3f2a", headers=bearer("all")) as response:
        assert response.status == 200
        assert await response.read() == document
        assert response.headers["X-IVRKit-Expires"] == expires.isoformat(timespec="seconds")
    await store.expire_payload("3f2a")
    told = await get(client, "/v1/handoffs/3f2a", status=410)
    assert told["code"] == "expired"
    await store.erase_expired(datetime.now(UTC) + timedelta(days=90))
    told = await get(client, "/v1/handoffs/3f2a", status=404)
    assert told["code"] == "no_such_handoff"


async def test_hanging_up(client: Client, engine: Engine) -> None:
    engine.begin("a")
    for status in (202, 404):
        async with client.post("/v1/calls/a/hangup", headers=bearer("hangs")) as response:
            assert response.status == status
    assert engine.hung_up == ["a"]


async def test_flows_in_service(client: Client, engine: Engine) -> None:
    engine.begin("a")
    told = await get(client, "/v1/flows")
    assert told["flows"][0] == {
        "name": "bank",
        "version": "v1",
        "title": "Acme Bank",
        "calls": 1,
        "state": "serving",
        "since": "2026-03-02T10:00:00Z",
        "problem": "",
    }


async def test_paths_and_methods_that_do_not_exist(client: Client) -> None:
    assert (await get(client, "/v1/nothing", status=404))["code"] == "not_found"
    async with client.post("/v1/calls", headers=bearer("all")) as response:
        assert response.status == 405
        assert response.headers["Allow"] == "GET"
        assert (await response.json())["code"] == "method_not_allowed"


async def test_a_store_that_fails_is_told_without_its_place(
    client: Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> None:
        raise StoreError("the store /secret/place is damaged")

    monkeypatch.setattr(store, "records", failing)
    told = await get(client, "/v1/calls", status=503)
    assert told == {"code": "store", "message": "the store cannot be read now", "hint": ""}


async def test_what_nobody_expected_shows_nothing_of_the_inside(
    client: Client, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("password=hush")

    monkeypatch.setattr(engine, "flows", broken)
    told = await get(client, "/v1/flows", status=500)
    assert told["code"] == "internal"
    assert "hush" not in str(told)


def test_every_route_says_what_it_is_for() -> None:
    open_to_all = [route.path for route in routes() if route.scope is None]
    assert open_to_all == ["/health", "/ready", "/v1/openapi.json"]
    for route in routes():
        assert route.text
        assert route.handler.__doc__, f"{route.path}: its handler tells what it does in detail"
        assert bool(route.action) == (route.method != "GET"), f"{route.path}: for the audit"


async def test_how_the_systems_outside_fare(client: Client) -> None:
    (crm,) = (await get(client, "/v1/connectors"))["connectors"]
    assert (crm["name"], crm["state"], crm["waiting"], crm["failed"]) == (
        "database.crm",
        "open",
        2,
        6,
    )
    assert (await get(client, "/v1/connectors", "reads", 403))["code"] == "forbidden"


async def test_figures_are_in_the_format_of_prometheus(client: Client) -> None:
    async with client.get("/metrics", headers=bearer("all")) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert await response.text() == "ivrkit_connector_busy 1.0\n"
