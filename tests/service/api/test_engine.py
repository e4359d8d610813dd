from __future__ import annotations

from typing import Any

from aiohttp.test_utils import TestClient

from ivrkit.errors import ConfigurationError
from ivrkit.store import Store
from tests.service.api.support import Engine, bearer

Client = TestClient[Any, Any]


async def post(client: Client, path: str, status: int) -> Any:
    async with client.post(path, headers=bearer("all")) as response:
        assert response.status == status, await response.text()
        return await response.json()


async def test_everything_is_read_again(client: Client, store: Store) -> None:
    assert await post(client, "/v1/reload", 200) == {
        "tokens": 3,
        "taken": ["bank"],
        "kept": ["desk"],
        "refused": {"clinic": "clinic.yaml:3:5: error"},
        "gone": [],
    }
    await store.flush()
    (entry,) = await store.audit()
    assert entry.details == {"taken": ["bank"], "refused": ["clinic"], "gone": []}


async def test_a_configuration_that_cannot_be_used_changes_nothing(
    client: Client, engine: Engine
) -> None:
    engine.broken = ConfigurationError("/secret/place/ivrkit.yaml:3:5: password: hush")
    told = await post(client, "/v1/reload", 409)
    assert (told["code"], "hush" in str(told)) == ("bad_configuration", False)
    told = await post(client, "/v1/tokens/local/rotate", 409)
    assert (told["code"], "hush" in str(told)) == ("not_kept", False)


async def test_the_token_of_the_machine_is_replaced_and_not_told(
    client: Client, engine: Engine
) -> None:
    told = await post(client, "/v1/tokens/local/rotate", 200)
    assert told == {"token": "local", "file": "api-token"}
    assert engine.rotated == 1
