"""A caller is erased by the running engine."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from ivrkit.store import Store
from tests.service.api.support import Engine, bearer
from tests.store.test_callers import fill

Client = TestClient[Any, Any]
HIS = "0049 30 1234567"


async def ask(client: Client, name: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = await client.post("/v1/callers/erase", json=body, headers=bearer(name))
    return answer.status, await answer.json()


async def test_the_engine_erases_what_asterisk_has_too(
    client: Client,
    store: Store,
    engine: Engine,
) -> None:
    await fill(store)
    engine.leftovers.names = ["a.2.1", "c.2.1", "aa.1.1", "now.1.1"]
    status, told = await ask(client, "all", {"caller": HIS})
    assert (status, told["done"], told["recordings"], told["calls"]) == (200, False, 1, 2)
    assert engine.leftovers.forgotten == 0
    status, told = await ask(client, "all", {"caller": HIS, "really": True})
    assert (status, told["done"], told["recordings"]) == (200, True, 1)
    assert engine.leftovers.names == ["c.2.1", "aa.1.1", "now.1.1"]
    assert engine.leftovers.forgotten == 1
    await store.flush()
    entries = await store.audit()
    assert [(each.action, each.outcome) for each in entries] == [("erase_caller", "done")] * 2
    assert entries[0].details["caller"] == "…67"
    assert "1234567" not in str(entries)


async def test_nothing_is_erased_while_asterisk_cannot_be_asked(
    client: Client,
    store: Store,
    engine: Engine,
) -> None:
    await fill(store)
    engine.leftovers.away = True
    status, told = await ask(client, "all", {"caller": HIS, "really": True})
    assert (status, told["code"]) == (503, "asterisk")
    assert len(await store.records()) == 4


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("reads", {"caller": "+49301234567", "really": True}, 403),
        ("acme", {"caller": "+49301234567", "really": True}, 403),
        ("all", {"caller": " ", "really": True}, 400),
        ("all", {"really": True}, 400),
    ],
)
async def test_who_may_not_erases_nothing(
    client: Client,
    store: Store,
    name: str,
    body: dict[str, Any],
    status: int,
) -> None:
    await fill(store)
    assert (await ask(client, name, body))[0] == status
    assert len(await store.records()) == 4
