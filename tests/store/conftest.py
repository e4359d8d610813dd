from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivrkit.store import Store
from tests.store.support import Ears


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def store(tmp_path: Path, ears: Ears) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "state" / "ivrkit.db", observer=ears.observer)
    await opened.open()
    yield opened
    await opened.close()
