"""A store on a real disk of its own that fills up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from ivrkit.call.events import Noted
from ivrkit.errors import StoreError
from ivrkit.store import Store, writer
from ivrkit.store.database import database_at
from ivrkit.store.tables import flow_versions
from tests.store.databases.disks import Disk, own_disk
from tests.store.support import NOON, Ears, until


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    yield from own_disk(tmp_path / "disk")


@pytest.fixture
def sqlite_url(disk: Disk) -> str:
    return f"sqlite:///{disk.folder}/s.db"


@pytest.fixture
def url(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(writer, "_LONGEST_PAUSE", 0.1)
    return sqlite_url


async def test_a_disk_fills_up_and_gets_room_again(store: Store, ears: Ears, disk: Disk) -> None:
    await store.save_ahead("a", b"1")
    disk.fill()
    big = os.urandom(50_000)
    for number in range(20):
        store.save(f"c{number}", big)
        store.append("a", [Noted(text=str(number))])
    with pytest.raises(StoreError, match="the disk is full"):
        await store.save_ahead("a", b"2")
    assert "calls go on unsaved" in ears.alarms[0]
    disk.free()
    await until(lambda: ears.cleared)
    await store.flush()
    assert await store.session("a") == b"2"
    assert await store.session("c19") == big
    assert await store.trace("a") == [Noted(text=str(number)) for number in range(20)]
    assert store.statistics.dropped == 0


def test_what_fits_into_the_log_only_is_not_restored(disk: Disk) -> None:
    """It is written twice: what is told to be there must stand in the file itself."""
    database = database_at(disk.folder / "s.db")
    row = {"hash": "v1", "name": "bank", "seen": NOON, "sources": os.urandom(1_200_000)}
    with pytest.raises(StoreError, match="the disk is full"), database.filled() as connection:
        connection.execute(insert(flow_versions), [row])
    assert list(disk.folder.iterdir()) == []
    with database.filled() as connection:
        connection.execute(insert(flow_versions), [row | {"sources": b"less"}])
    assert [each.name for each in disk.folder.iterdir()] == ["s.db"]
