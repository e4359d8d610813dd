from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import Line


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as fake:
        yield fake


@pytest.fixture(params=["websocket", "http"])
async def line(request: pytest.FixtureRequest, asterisk: FakeAsterisk) -> AsyncIterator[Line]:
    """Both ways by which commands may travel."""
    async with Line(asterisk, rest=request.param) as opened:
        yield opened
