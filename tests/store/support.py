from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine

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


def whole_url(store: Store) -> str:
    """The URL of a store, with the password in it."""
    return store.database.url.render_as_string(hide_password=False)


def sql(store: Store, statement: str) -> list[Any]:
    """Run a statement beside the store."""
    url = store.database.url
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        done = connection.exec_driver_sql(statement)
        return [tuple(row) for row in done] if done.returns_rows else []


async def read_afresh(store: Store, call_id: str) -> bytes | None:
    """What somebody else reads of it."""
    other = Store(store.database.url)
    await other.open()
    try:
        return await other.session(call_id)
    finally:
        await other.close()


async def until(true: Callable[[], object]) -> None:
    """Wait for something that a thread or a process does; a test fails after 20 s."""
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.005)
