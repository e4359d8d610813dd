"""What was found out about recordings, so that nothing is looked at twice.

A small database in the cache. It may be lost at any time: then everything is looked at again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from ivrkit.errors import PromptError
from ivrkit.prompts import files
from ivrkit.prompts.measuring import Measured
from ivrkit.prompts.tree import Entry

FILE: Final = "ledger.db"
"""In the cache."""
FORM: Final = 1
"""Counts the ways in which it was written; another one is begun anew."""
TABLES: Final = """
create table if not exists recordings (
    name text primary key, mtime integer, size integer, inode integer,
    content text, measured blob, problem text, hint text) without rowid;
create table if not exists notes (name text primary key, value text) without rowid;
create table if not exists needed (name text primary key) without rowid;
"""
T = TypeVar("T")


class Looked(msgspec.Struct, frozen=True):
    """A recording as it was when it was looked at: its state then, the SHA-256 of its content, and
    its measures; or the ``problem``, and what helps."""

    state: tuple[int, int, int]
    content: str
    measured: Measured | None = None
    problem: str = ""
    hint: str = ""

    def holds(self, entry: Entry) -> bool:
        """Whether the file is as it was."""
        return self.state == entry.state


class Ledger:
    """The database of a cache. Every method is short and blocks; what cannot be read is empty,
    and what cannot be written raises PromptError."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._path = cache / FILE

    def recordings(self) -> dict[str, Looked]:
        """What is known of recordings, by the name of their file."""

        def read(database: sqlite3.Connection) -> dict[str, Looked]:
            decode = msgspec.msgpack.Decoder(Measured).decode
            return {
                name: Looked(
                    (mtime, size, inode),
                    content,
                    decode(measured) if measured is not None else None,
                    problem,
                    hint,
                )
                for name, mtime, size, inode, content, measured, problem, hint in database.execute(
                    "select name, mtime, size, inode, content, measured, problem, hint "
                    "from recordings"
                )
            }

        return self._read(read, {})

    def contents(self) -> dict[str, tuple[tuple[int, int, int], str]]:
        """The state and the content (SHA-256) of recordings that can be read, by the name of
        their file."""

        def read(database: sqlite3.Connection) -> dict[str, tuple[tuple[int, int, int], str]]:
            return {
                name: ((mtime, size, inode), content)
                for name, mtime, size, inode, content in database.execute(
                    "select name, mtime, size, inode, content from recordings where problem = ''"
                )
            }

        return self._read(read, {})

    def put(self, looked: Mapping[str, Looked], gone: Collection[str] = ()) -> None:
        """Note what was found, and forget those that have gone. Raises PromptError."""
        encode = msgspec.msgpack.encode
        rows = (
            (
                name,
                *each.state,
                each.content,
                encode(each.measured) if each.measured is not None else None,
                each.problem,
                each.hint,
            )
            for name, each in looked.items()
        )
        with closing(self._open()) as database, database:
            database.executemany(
                "insert or replace into recordings values (?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
            database.executemany(
                "delete from recordings where name = ?", ((name,) for name in gone)
            )

    def note(self, name: str) -> str:
        """A note by its name; empty if there is none."""

        def read(database: sqlite3.Connection) -> str:
            found = database.execute("select value from notes where name = ?", (name,)).fetchone()
            return str(found[0]) if found else ""

        return self._read(read, "")

    def write_note(self, name: str, value: str) -> None:
        """Keep a note. Raises PromptError."""
        with closing(self._open()) as database, database:
            database.execute("insert or replace into notes values (?, ?)", (name, value))

    def needed(self) -> set[str]:
        """The files of the cache that the last complete build needed."""
        return self._read(lambda d: {name for (name,) in d.execute("select * from needed")}, set())

    def write_needed(self, names: Iterable[str]) -> None:
        """Note them. Raises PromptError."""
        with closing(self._open()) as database, database:
            database.execute("delete from needed")
            database.executemany("insert into needed values (?)", ((name,) for name in names))

    def _read(self, read: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        if not self._path.is_file():
            return otherwise
        try:
            with closing(sqlite3.connect(self._path, timeout=10)) as database:
                if not _is_ours(database):
                    return otherwise
                return read(database)
        except (sqlite3.Error, msgspec.MsgspecError):
            return otherwise

    def _open(self) -> sqlite3.Connection:
        files.make_folder(self._cache)
        try:
            return self._opened()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise _unwritable(self._path, error) from None
        # It is no database any more, or another form of it: what it held can be found out again.
        with suppress(OSError):
            self._path.unlink()
        try:
            return self._opened()
        except sqlite3.Error as error:
            raise _unwritable(self._path, error) from None

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=10)
        try:
            if not _is_ours(database):
                for table in ("recordings", "notes", "needed"):
                    database.execute(f"drop table if exists {table}")
                database.execute(f"pragma user_version = {FORM}")
            database.executescript(TABLES)
            self._path.chmod(files.FILE_MODE)
        except BaseException:
            database.close()
            raise
        return database


def _is_ours(database: sqlite3.Connection) -> bool:
    return bool(database.execute("pragma user_version").fetchone()[0] == FORM)


def _unwritable(path: Path, error: sqlite3.Error) -> PromptError:
    return PromptError(
        f"{path} cannot be written: {error}",
        hint="prompts.cache must name a folder that this user may write",
    )
