"""Opening the file: making it, recognising it, and saying in one line what is wrong with it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection
from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from ivrkit.errors import StoreError
from ivrkit.store.tables import APPLICATION_ID, SCHEMA_VERSION, metadata

BUSY_SECONDS = 2.0
"""How long a write waits while another process is writing to the same file."""


def open_file(path: Path, *, power_safe: bool = False) -> sqlite3.Connection:
    """The writer's connection to a store that is ours and of this version, made if it is missing.

    WAL with ``synchronous=NORMAL``: a commit is in the kernel's hands when it returns, so it
    survives the death of the process, ``kill -9`` included, without an fsync per commit. When
    the machine itself loses power the last commits may be missing, the file stays whole; with
    ``power_safe`` (``synchronous=FULL``) each commit waits for the disk and is not missing then.

    Raises StoreError.
    """
    try:
        _make(path)
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, path, power_safe)
        except BaseException:
            connection.close()
            raise
    except (OSError, sqlite3.Error) as error:
        raise complaint(path, error) from error
    return connection


def _make(path: Path) -> None:
    """The folder, and an empty file that only its owner may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare(connection: sqlite3.Connection, path: Path, power_safe: bool) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={'FULL' if power_safe else 'NORMAL'}")
    # What is erased is overwritten, not just forgotten.
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("BEGIN IMMEDIATE")
    try:
        _recognise(connection, path)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        _create(connection, ())
        return
    if mark != APPLICATION_ID or "schema_version" not in tables:
        raise StoreError(
            f"{path} is a database of another program", hint="name another file under store: path"
        )
    row = connection.execute("SELECT version FROM schema_version").fetchone()
    version = row[0] if row else 0
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"the store {path} was made by a newer ivrkit (its schema is {version}, this one "
            f"knows {SCHEMA_VERSION})",
            hint="use that version of ivrkit, or name another file under store: path",
        )
    if version < SCHEMA_VERSION:
        _create(connection, tables)
    # The table that a restart needs must be readable now, not when the first call resumes.
    connection.execute("SELECT count(capture) FROM sessions").fetchone()


def _create(connection: sqlite3.Connection, existing: Collection[str]) -> None:
    """Make the tables that the file lacks: all of them, or those that came with a later version
    of ivrkit."""
    dialect = sqlite.dialect()
    for table in metadata.sorted_tables:
        if table.name in existing:
            continue
        connection.execute(str(CreateTable(table).compile(dialect=dialect)))
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    connection.execute("DELETE FROM schema_version")
    connection.execute("INSERT INTO schema_version VALUES (?)", (SCHEMA_VERSION,))
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


_WRONG = {
    sqlite3.SQLITE_NOTADB: ("is not a store", "name another file under store: path"),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged",
        "move it away and start again: a new one is made, the calls in progress begin anew",
    ),
    sqlite3.SQLITE_BUSY: ("is locked by another program", "stop what holds the file open"),
    sqlite3.SQLITE_LOCKED: ("is locked by another program", "stop what holds the file open"),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "make room on the disk"),
    sqlite3.SQLITE_READONLY: ("cannot be written", "check owner and rights of file and folder"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "check owner and rights of file and folder"),
    sqlite3.SQLITE_PERM: ("cannot be opened", "check owner and rights of file and folder"),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "check the disk it lies on"),
}


def complaint(path: Path, error: BaseException) -> StoreError:
    """What went wrong with the file, in one line with its remedy."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, OSError):
        what = f"cannot be opened: {error.strerror or error}"
        return StoreError(
            f"the store {path} {what}", hint="check owner and rights of file and folder"
        )
    code = getattr(error, "sqlite_errorcode", None) or 0
    what, hint = _WRONG.get(code & 0xFF, ("cannot be used", "check the file and its disk"))
    return StoreError(f"the store {path} {what} ({error})", hint=hint)
