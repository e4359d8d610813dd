from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from ivrkit.service.api.tokens import TokenScope
from ivrkit.store import Store
from tests.service.api.support import Engine, app, token

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "s.db")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def client(store: Store, engine: Engine) -> AsyncIterator[TestClient[Any, Any]]:
    """Tokens: ``all``; ``reads`` and ``hangs`` with one scope; ``acme`` for its own calls."""
    tokens = [
        token("all", *TokenScope),
        token("reads", TokenScope.CALLS_READ),
        token("hangs", TokenScope.CALLS_CONTROL),
        token("acme", *TokenScope, tenant="acme"),
    ]
    async with TestClient(TestServer(app(store, engine, *tokens))) as opened:
        yield opened
