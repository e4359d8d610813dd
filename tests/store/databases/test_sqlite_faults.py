"""What happens to a file while calls go on: its disk is full, another program holds it, it is
deleted. Calls go on, the alarm is raised and cleared, and what can be written later is."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Noted
from ivrkit.errors import StoreError
from ivrkit.store import Store, batch, writer
from ivrkit.store.databases import sqlite
from tests.store.support import Ears, path_of, read_afresh, until


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes the file fit into so many pages of 4 KB, from the next opening on."""
    pages = 10**9
    genuine = sqlite.SQLite._prepare

    def prepare(database: sqlite.SQLite, connection: Any, record: object) -> None:
        genuine(database, connection, record)
        connection.execute(f"PRAGMA max_page_count={pages}")

    def resize(size: int) -> None:
        nonlocal pages
        pages = size

    monkeypatch.setattr(sqlite.SQLite, "_prepare", prepare)
    monkeypatch.setattr(writer, "_LONGEST_PAUSE", 0.1)
    return resize


async def reopen(store: Store) -> None:
    """Let the writer open its file again."""
    store.database._file = (0, 0)  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match="replaced"):
        await store.flush()


async def test_a_full_disk_stops_nobody_and_heals_by_itself(
    small_disk: Callable[[int], None], store: Store, ears: Ears
) -> None:
    await store.save_ahead("a", b"1")
    small_disk(40)
    await reopen(store)
    ears.alarms.clear()
    big = os.urandom(100_000)
    for number in range(5):
        store.save(f"big-{number}", big)
        store.append(f"big-{number}", [Noted(text="noted")])
    with pytest.raises(StoreError, match="the disk is full") as caught:
        await store.save_ahead("a", b"2")
    assert "make room" in caught.value.hint
    assert len(ears.alarms) == 1
    assert "calls go on unsaved" in ears.alarms[0]
    # Newer captures of the same sessions replace those that wait.
    store.save("big-0", b"small")
    small_disk(10**9)
    await until(lambda: ears.cleared)
    await store.flush()
    assert await store.session("a") == b"2"
    assert await store.session("big-0") == b"small"
    assert await store.session("big-4") == big
    assert await store.trace("big-4") == [Noted(text="noted")]
    assert store.statistics.dropped == 0


async def test_an_operation_that_fails_is_told_and_not_tried_again(
    small_disk: Callable[[int], None], store: Store, ears: Ears
) -> None:
    small_disk(40)
    await reopen(store)
    with pytest.raises(StoreError, match="the disk is full"):
        await store.put_payload("p", os.urandom(1_000_000))
    small_disk(10**9)
    await store.flush()
    assert await store.payload("p") is None


async def test_what_waits_is_bounded_and_the_oldest_goes(
    small_disk: Callable[[int], None],
    store: Store,
    ears: Ears,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch, "MOST_WAITING", 10)
    small_disk(40)
    await reopen(store)
    for number in range(30):
        store.save(f"c{number}", b"x" * 10_000)
        store.append(f"c{number}", [Noted(text="x" * 100)])
    with pytest.raises(StoreError):
        await store.flush()
    small_disk(10**9)
    await until(lambda: ears.cleared)
    await store.flush()
    assert [call for call, _ in await store.sessions()] == [f"c{each}" for each in range(20, 30)]
    assert await store.trace("c19") == []
    assert await store.trace("c20") != []
    assert store.statistics.dropped == 40


async def test_a_locked_file_is_waited_for_and_then_written(
    store: Store, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.01)
    await reopen(store)
    await store.flush()
    ears.alarms.clear()
    ears.cleared.clear()
    other = sqlite3.connect(path_of(store), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store.save("a", b"1")
    await until(lambda: ears.alarms)
    assert "is locked by another program" in ears.alarms[0]
    other.execute("ROLLBACK")
    other.close()
    await until(lambda: ears.cleared)
    assert await store.session("a") == b"1"


async def test_a_file_that_is_deleted_under_us_is_made_again(store: Store, ears: Ears) -> None:
    await store.save_ahead("a", b"1")
    for file in store.database.folder.iterdir():
        file.unlink()
    store.save("a", b"2")
    await until(lambda: ears.cleared)
    assert len(ears.alarms) == 1
    assert await read_afresh(store, "a") == b"2"


LOOKING = """
import sqlite3, sys
from contextlib import closing
with closing(sqlite3.connect(sys.argv[1])) as connection:
    print([call for call, in connection.execute("SELECT call_id FROM sessions ORDER BY call_id")])
"""


def seen_by_another_program(store: Store) -> str:
    """The sessions that it finds. It opens the file and closes it, as a report does."""
    run = subprocess.run(
        [sys.executable, "-c", LOOKING, path_of(store)], capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


async def test_who_looks_after_the_file_was_opened_again_takes_nothing_away(store: Store) -> None:
    """The last one who closes a file deletes its log: the engine's locks must show that it is
    there."""
    await store.save_ahead("a", b"1")
    assert await store.session("a") == b"1"  # the reader has the file open from here on
    await reopen(store)
    await store.save_ahead("b", b"2")
    assert seen_by_another_program(store) == "['a', 'b']"
    await store.save_ahead("c", b"3")
    assert seen_by_another_program(store) == "['a', 'b', 'c']"
    assert await read_afresh(store, "c") == b"3"


async def cramped(small_disk: Callable[[int], None], folder: Path) -> Store:
    """A store that waits to write what its disk has no room for."""
    store = Store(folder / "s.db")
    await store.open()
    small_disk(30)
    await reopen(store)
    store.save("a", b"x" * 1_000_000)
    return store


async def test_closing_a_store_that_fails_ends(
    small_disk: Callable[[int], None], tmp_path: Path
) -> None:
    store = await cramped(small_disk, tmp_path)
    with pytest.raises(StoreError):
        await store.flush()
    await store.close()
    assert store.statistics.failures >= 2


async def test_what_waits_is_written_by_a_store_that_fails_just_as_it_is_closed(
    small_disk: Callable[[int], None], tmp_path: Path
) -> None:
    store = await cramped(small_disk, tmp_path)
    closing = asyncio.create_task(store.close())
    await until(lambda: store.statistics.failures)
    small_disk(10**9)
    await closing
    assert await read_afresh(store, "a") == b"x" * 1_000_000


async def test_a_file_that_may_only_be_read_for_a_while(
    store: Store, ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where somebody takes the right to write: SQLite says the same."""
    genuine = sqlite.SQLite._prepare

    def only_read(database: sqlite.SQLite, connection: Any, record: object) -> None:
        genuine(database, connection, record)
        connection.execute("PRAGMA query_only=ON")

    await store.save_ahead("a", b"1")
    monkeypatch.setattr(sqlite.SQLite, "_prepare", only_read)
    await reopen(store)
    store.append("a", [Noted(text="meanwhile")])
    with pytest.raises(StoreError, match="cannot be written"):
        await store.save_ahead("a", b"2")
    assert await store.session("a") == b"1"
    monkeypatch.setattr(sqlite.SQLite, "_prepare", genuine)
    await until(lambda: ears.cleared)
    assert await store.session("a") == b"2"
    assert await store.trace("a") == [Noted(text="meanwhile")]
