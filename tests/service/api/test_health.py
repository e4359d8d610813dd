from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from tests.service.api.support import Engine, bearer

Client = TestClient[Any, Any]


async def test_it_lives_whatever_is_away(client: Client, engine: Engine) -> None:
    engine.wrong.append("Asterisk is away")
    async with client.get("/health") as response:
        assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_it_is_ready_or_not(client: Client, engine: Engine) -> None:
    async with client.get("/ready") as response:
        assert (response.status, await response.json()) == (
            200,
            {"status": "ready", "reasons": []},
        )
    engine.wrong.append("the store at /secret/place cannot be written")
    for who in ("reads", "all"):
        async with client.get("/ready", headers=bearer(who)) as response:
            assert response.status == 503
            assert await response.json() == {"status": "unready", "reasons": engine.wrong}


@pytest.mark.parametrize("headers", [{}, bearer("acme"), {"Authorization": "Bearer " + "x" * 50}])
async def test_why_is_for_those_of_the_site(
    client: Client, engine: Engine, headers: dict[str, str]
) -> None:
    engine.wrong.append("the store at /secret/place cannot be written")
    async with client.get("/ready", headers=headers) as response:
        assert (response.status, await response.json()) == (
            503,
            {"status": "unready", "reasons": []},
        )
