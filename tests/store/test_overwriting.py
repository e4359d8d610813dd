"""What a call that is over leaves behind: its secrets, sealed or not, are in no file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from ivrkit.store import Store, overwriting
from ivrkit.store.database import database_at
from ivrkit.store.overwriting import Overwriting
from tests.store.support import path_of, until

KEY, PIN = b"\xab" * 32, b"860317542961"
NEVER = 3600.0


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overwriting, "GATHER_SECONDS", 0.01)
    monkeypatch.setattr(overwriting, "AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(overwriting, "LATEST_SECONDS", NEVER)


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(tmp_path / "ivrkit.db", key=KEY)
    await store.open()
    yield store
    await store.close()


def found(store: Store, text: bytes) -> list[str]:
    """The files in which something stands."""
    files = path_of(store).parent.glob("ivrkit.db*")
    return [each.name for each in files if text in each.read_bytes()]


async def begun(store: Store, call_id: str) -> bytes:
    """A call that has a secret; what of it is in the files."""
    sealed = store.sealer.seal(PIN, call_id)
    assert sealed is not None
    await store.save_ahead(call_id, b"before" * 300 + sealed + b"behind" * 300)
    assert found(store, sealed)
    return sealed


async def test_when_the_last_call_is_over_nothing_is_left(opened: Store) -> None:
    sealed = [await begun(opened, name) for name in ("a", "b", "c")]
    for name in ("a", "b", "c"):
        opened.forget(name)
    await until(lambda: not any(found(opened, each) for each in [PIN, *sealed]))
    assert await opened.session("a") is None


async def test_while_others_are_on_it_is_done_when_its_time_has_come(
    opened: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overwriting, "LATEST_SECONDS", 0.05)
    over, goes_on = await begun(opened, "a"), await begun(opened, "b")
    opened.forget("a")
    await until(lambda: not found(opened, over))
    assert found(opened, goes_on) == ["ivrkit.db"]


async def test_somebody_who_reads_is_waited_for_and_holds_nobody_up(opened: Store) -> None:
    sealed = await begun(opened, "a")
    with closing(sqlite3.connect(path_of(opened), isolation_level=None)) as report:
        report.execute("BEGIN")
        report.execute("SELECT count(*) FROM sessions").fetchone()
        opened.forget("a")
        await opened.flush()
        assert not await asyncio.to_thread(opened.database.overwrite)
        await opened.save_ahead("b", b"2")
        assert found(opened, sealed)
        opened.forget("b")
        report.execute("COMMIT")
        await until(lambda: not found(opened, sealed))


async def test_an_engine_that_ends_leaves_nothing_where_others_have_the_store_open(
    opened: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overwriting, "GATHER_SECONDS", NEVER)
    sealed = await begun(opened, "a")
    with closing(sqlite3.connect(path_of(opened))) as other:
        other.execute("SELECT count(*) FROM sessions").fetchone()
        opened.forget("a")
        await opened.close()
        assert found(opened, sealed) == []


async def test_a_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    assert not database_at(path).overwrite()
    assert not path.exists()


class Watched:
    """A database that counts how often it was asked, and calls that are on."""

    leaves_erased = True

    def __init__(self) -> None:
        self.asked = 0
        self.looked = 0
        self.on = True

    def overwrite(self) -> bool:
        self.asked += 1
        return True

    async def any_left(self) -> bool:
        self.looked += 1
        return self.on


async def test_many_calls_that_end_are_one_piece_of_work() -> None:
    database = Watched()
    watching = Overwriting(database, database.any_left)  # type: ignore[arg-type]
    watching.start()

    async def looks(again: int) -> None:
        for _ in range(again):
            seen = database.looked
            watching.soon()
            await until(lambda: database.looked > seen)  # noqa: B023

    await looks(5)
    assert database.asked == 0
    database.on = False
    await looks(1)
    await until(lambda: database.asked)
    assert database.asked == 1
    await watching.end()


@pytest.mark.parametrize("what", ["overwrite", "any_left"])
async def test_what_goes_wrong_is_told_once_and_tried_again(
    caplog: pytest.LogCaptureFixture, what: str
) -> None:
    class Broken(Watched):
        failed = 0

        def overwrite(self) -> bool:
            self.fail("overwrite")
            return super().overwrite()

        async def any_left(self) -> bool:
            self.fail("any_left")
            return False

        def fail(self, where: str) -> None:
            if where == what and self.failed < 3:
                self.failed += 1
                raise OSError(5, "Input/output error")

    database = Broken()
    watching = Overwriting(database, database.any_left)  # type: ignore[arg-type]
    watching.start()
    watching.soon()
    await until(lambda: database.asked)
    assert database.failed == 3
    (told,) = caplog.records
    assert "Input/output error" in told.getMessage()
    await watching.end()


async def test_who_asks_for_it_now_is_not_told_of_what_is_done_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(Watched):
        def overwrite(self) -> bool:
            raise OSError(5, "Input/output error")

    database = Broken()
    watching = Overwriting(database, database.any_left)  # type: ignore[arg-type]
    await watching.now()
    assert "Input/output error" in caplog.text


async def test_a_database_that_leaves_nothing_is_left_alone() -> None:
    database = Watched()
    database.leaves_erased = False
    watching = Overwriting(database, database.any_left)  # type: ignore[arg-type]
    watching.start()
    watching.soon()
    await watching.end()
    assert (database.looked, database.asked) == (0, 0)
