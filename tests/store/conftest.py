from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivrkit.store import Observer, Store


class Ears:
    """What a store has told."""

    def __init__(self) -> None:
        self.alarms: list[str] = []
        self.cleared: list[str] = []
        self.wanted: list[str] = []
        self.lost: list[object] = []

    @property
    def observer(self) -> Observer:
        return Observer(
            self.alarms.append, self.cleared.append, self.wanted.append, self.lost.append
        )


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def store(tmp_path: Path, ears: Ears) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "state" / "ivrkit.db", observer=ears.observer)
    await opened.open()
    yield opened
    await opened.close()
