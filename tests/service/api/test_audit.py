from __future__ import annotations

import logging
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from ivrkit.errors import ConfigurationError
from ivrkit.service.api.audit import outcome_of
from ivrkit.store import AuditEntry, Store
from tests.service.api.support import NOON, Engine, bearer, secret

Client = TestClient[Any, Any]


async def post(client: Client, path: str, who: str, status: int) -> Any:
    async with client.post(path, headers=bearer(who)) as response:
        assert response.status == status, await response.text()
        return await response.json()


async def audit(client: Client, query: str = "", who: str = "all") -> list[dict[str, Any]]:
    async with client.get(f"/v1/audit{query}", headers=bearer(who)) as response:
        assert response.status == 200, await response.text()
        actions: list[dict[str, Any]] = (await response.json())["actions"]
        return actions


async def test_what_was_done_tried_and_refused_is_kept(
    client: Client, store: Store, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.begin("a")
    with caplog.at_level(logging.INFO, "ivrkit.audit"):
        await post(client, "/v1/calls/a/hangup", "hangs", 202)
        await post(client, "/v1/calls/a/hangup", "hangs", 404)
        await post(client, "/v1/calls/a/hangup", "reads", 403)
        await post(client, "/v1/calls/a%00b/hangup", "hangs", 404)
        await post(client, "/v1/reload", "acme", 403)
    await store.flush()
    assert [
        (each["action"], each["target"], each["token"], each["tenant"], each["outcome"])
        for each in reversed(await audit(client))
    ] == [
        ("hangup", "a", "hangs", "", "done"),
        ("hangup", "a", "hangs", "", "not_found"),
        ("hangup", "a", "reads", "", "refused"),
        ("hangup", "", "hangs", "", "not_found"),
        ("reload", "", "acme", "acme", "refused"),
    ]
    assert {each["address"] for each in await audit(client)} == {"127.0.0.1"}
    lines = [each.getMessage() for each in caplog.records if each.name == "ivrkit.audit"]
    assert lines[0] == ("action=hangup target=a by=hangs tenant=- from=127.0.0.1 outcome=done")
    assert not any(secret(who) in caplog.text for who in ("hangs", "reads", "acme"))


async def test_what_fails_is_kept_too(
    client: Client, store: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(call_id: str) -> bool:
        raise RuntimeError("hush")

    monkeypatch.setattr(engine, "hang_up", broken)
    engine.begin("a")
    await post(client, "/v1/calls/a/hangup", "all", 500)
    engine.broken = ConfigurationError("ivrkit.yaml:1:1: hush")
    await post(client, "/v1/reload", "all", 409)
    await store.flush()
    found = await audit(client)
    assert [(each["action"], each["outcome"]) for each in found] == [
        ("reload", "refused"),
        ("hangup", "failed"),
    ]
    assert "hush" not in str(found)


async def test_reading_is_no_action(client: Client, store: Store) -> None:
    for path in ("/v1/calls", "/v1/flows", "/v1/audit", "/metrics"):
        async with client.get(path, headers=bearer("all")) as response:
            assert response.status == 200
    await store.flush()
    assert await audit(client) == []


async def test_it_is_asked_page_by_page_and_filtered(client: Client, store: Store) -> None:
    for number in range(5):
        token = "crm" if number % 2 else "desk"
        entry = AuditEntry(
            at=NOON, token=token, action="hangup", outcome="done", target=f"c{number}"
        )
        store.put_audit(entry)
    await store.flush()
    found, path = [], "/v1/audit?limit=2"
    while path:
        async with client.get(path, headers=bearer("all")) as response:
            told = await response.json()
        found += [each["target"] for each in told["actions"]]
        path = f"/v1/audit?limit=2&page={told['next']}" if told["next"] else ""
    assert found == ["c4", "c3", "c2", "c1", "c0"]
    assert [each["target"] for each in await audit(client, "?token=crm")] == ["c3", "c1"]
    assert [each["target"] for each in await audit(client, "?target=c2")] == ["c2"]
    assert await audit(client, "?action=reload") == []
    assert await audit(client, "?before=2026-03-02T12:00:00Z") == []


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(202, "done"), (404, "not_found"), (403, "refused"), (409, "refused"), (503, "failed")],
)
def test_outcomes(status: int, outcome: str) -> None:
    assert outcome_of(status) == outcome
