"""A store in a file: made, recognised, refused in one line, for its owner alone."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivrkit.call.events import VariableSet
from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.store import Store, overwriting, tables
from ivrkit.store.database import database_at
from ivrkit.store.databases import sqlite
from tests.store.support import NOON, path_of, record


async def refusal(path: Path) -> StoreError:
    with pytest.raises(StoreError) as caught:
        await Store(path).open()
    assert "\n" not in str(caught.value)
    assert str(path) in caught.value.message
    assert caught.value.hint
    return caught.value


def made(path: Path) -> Path:
    database_at(path).connect().close()
    return path


def filled(path: Path) -> Path:
    connection = sqlite3.connect(made(path))
    connection.executemany(
        "INSERT INTO sessions (call_id, application, epoch, saved, capture) "
        "VALUES (?, '', 0, 0, ?)",
        [(f"call-{each}", os.urandom(3000)) for each in range(100)],
    )
    connection.commit()
    connection.close()
    return path


async def test_a_file_that_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_text("This is a letter to my mother, and long enough to be taken for a file.\n" * 99)
    error = await refusal(path)
    assert "is not a store" in error.message
    assert "letter" in path.read_text()


async def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE accounts (number TEXT)")
    connection.close()
    assert "another program" in (await refusal(path)).message


@pytest.mark.parametrize("size", [4096, 100_000])
async def test_a_file_that_was_cut_off(tmp_path: Path, size: int) -> None:
    path = filled(tmp_path / "s.db")
    os.truncate(path, size)
    error = await refusal(path)
    assert "is damaged" in error.message
    assert "move it away" in error.hint


async def test_a_file_with_noise_in_it(tmp_path: Path) -> None:
    path = filled(tmp_path / "s.db")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(200_000))
    assert "is damaged" in (await refusal(path)).message


async def test_a_store_of_a_newer_version(tmp_path: Path) -> None:
    path = filled(tmp_path / "s.db")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    error = await refusal(path)
    assert "newer ivrkit (its schema is 99" in error.message


async def test_a_store_that_another_program_has_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    path = filled(tmp_path / "s.db")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert "is locked by another program" in (await refusal(path)).message
    other.close()


async def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    assert "cannot be opened" in (await refusal(tmp_path)).message


async def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    assert "cannot be opened" in (await refusal(tmp_path / "state" / "s.db")).message


OPENING = """
import asyncio, os, sys
from ivrkit.errors import StoreError
from ivrkit.store import Store
store = Store(sys.argv[1])
if os.getuid() == 0:  # whom no rights keep out
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    asyncio.run(store.open())
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_may_only_be_read(there: bool) -> None:
    # Not pytest's own folder: nobody else may look into that one.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "s.db"
        if there:
            filled(path).chmod(0o444)
        folder.chmod(0o555)
        run = subprocess.run(
            [sys.executable, "-c", OPENING, str(path)], capture_output=True, text=True, check=True
        )
        folder.chmod(0o755)
    (line,) = run.stdout.splitlines()
    assert f"the store {path} cannot be {'written' if there else 'opened'}" in line
    assert "check owner and rights" in line


LOOKING = """
import os, sys
from ivrkit.errors import StoreError
from ivrkit.store.database import database_at
database = database_at(sys.argv[1])
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
for look in (database.exists, database.examine):
    try:
        look()
    except StoreError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_a_folder_into_which_nobody_may_look() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "state" / "s.db"
        folder.chmod(0o000)
        run = subprocess.run(
            [sys.executable, "-c", LOOKING, str(path)], capture_output=True, text=True, check=True
        )
        folder.chmod(0o755)
    lines = run.stdout.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert f"the store {path} cannot be opened: Permission denied" in line
        assert "check owner and rights" in line


def test_the_tables_are_those_that_sqlalchemy_reads(tmp_path: Path) -> None:
    connection = sqlite3.connect(made(tmp_path / "s.db"))
    for table in tables.metadata.sorted_tables:
        columns = connection.execute(f"PRAGMA table_info({table.name})").fetchall()
        assert [row[1] for row in columns] == [column.name for column in table.columns]
    (version,) = connection.execute("SELECT version FROM schema_version").fetchone()
    assert version == tables.SCHEMA_VERSION
    connection.close()


def test_two_processes_may_make_it_at_the_same_time(tmp_path: Path) -> None:
    program = "import sys; from ivrkit.store.database import database_at; "
    program += "database_at(sys.argv[1]).connect().close()"
    path = tmp_path / "s.db"
    children = [
        subprocess.Popen([sys.executable, "-c", program, str(path)], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for child in children:
        assert child.communicate()[1] == b""
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM schema_version").fetchone() == (1,)
    connection.close()


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(tmp_path / "state" / "ivrkit.db")
    await store.open()
    yield store
    await store.close()


async def test_what_is_erased_is_not_in_the_file_any_more(opened: Store) -> None:
    for call_id, caller in (("a", "+1"), ("b", "+2")):
        opened.put_record(record(call_id, caller=caller))
        opened.append(call_id, [VariableSet(name="secretly", value="said-by-" + call_id)])
    await opened.flush()
    await opened.callers.erase(["+1"])
    await opened.close()
    assert b"said-by-a" not in path_of(opened).read_bytes()
    assert b"said-by-b" in path_of(opened).read_bytes()


async def test_what_was_erased_is_in_no_file_while_the_engine_goes_on(
    opened: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captures of calls that are over, what was kept long enough, and what a caller has left: not
    in the file, nor in the log beside it."""
    monkeypatch.setattr(overwriting, "GATHER_SECONDS", 3600.0)  # here the housekeeping does it
    opened.put_record(record("a", caller="+1"))
    opened.append("a", [VariableSet(name="secretly", value="said-by-a" * 100)])
    await opened.put_payload("p", b"given-by-a" * 1000, NOON, call_id="a")
    await opened.save_ahead("a", b"capture-of-a" * 1000)
    opened.forget("a")
    await opened.flush()
    texts = (b"said-by-a", b"given-by-a", b"capture-of-a")

    def found() -> set[bytes]:
        files = [file.read_bytes() for file in opened.database.folder.glob("ivrkit.db*")]
        return {text for text in texts if any(text in content for content in files)}

    assert found() == set(texts)
    await opened.erase_expired(NOON)
    assert found() == {b"said-by-a"}
    await opened.callers.erase(["+1"])
    assert found() == set()
    assert opened.database.folder.joinpath("ivrkit.db-wal").stat().st_size >= 0


async def test_the_files_are_for_their_owner_only(opened: Store) -> None:
    opened.save("a", b"1")
    await opened.flush()
    assert stat.S_IMODE(opened.database.folder.stat().st_mode) == 0o700
    for file in opened.database.folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:////s.db?mode=ro", "sqlite://host/s.db"]
)
def test_what_is_no_file_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="is a file, and takes no options"):
        Store(url)
