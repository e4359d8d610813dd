from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ivrkit.store import CallRecord, Observer, Store
from ivrkit.store.databases.sqlite import SQLite

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


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


def record(call_id: str, **fields: object) -> CallRecord:
    given: dict[str, object] = {
        "flow": "bank",
        "version": "v1",
        "caller": "+49301",
        "number": "800",
        "started": NOON,
    }
    return CallRecord(id=call_id, **(given | fields))  # type: ignore[arg-type]


def path_of(store: Store) -> Path:
    """The file of a store in SQLite."""
    assert isinstance(store.database, SQLite)
    return store.database.path


async def until(true: Callable[[], object]) -> None:
    """Wait for something that a thread or a process does; a test fails after 20 s."""
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.005)
