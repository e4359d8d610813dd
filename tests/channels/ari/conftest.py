from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import uvloop

from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import Line


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Python's own loop, and the one that serves: they end connections differently."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as fake:
        yield fake


@pytest.fixture(params=["websocket", "http"])
async def line(request: pytest.FixtureRequest, asterisk: FakeAsterisk) -> AsyncIterator[Line]:
    """Both ways by which commands may travel."""
    async with Line(asterisk, rest=request.param) as opened:
        yield opened
