"""The tables of a store that is opened: made, recognised, brought up to this version."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from ivrkit.errors import StoreError
from ivrkit.store import migrations
from ivrkit.store.tables import SCHEMA_VERSION, metadata, schema_version

T = TypeVar("T")


class Tables(Enum):
    """What becomes of the tables when a store is opened; those of a later version are refused."""

    CURRENT = auto()
    """Made where there are none, those of an earlier version are brought up to this one."""
    KEPT = auto()
    """Made where there are none, those of an earlier version stay as they are: an engine that has
    them may be serving. A lease can be asked for in those of every version."""
    REQUIRED = auto()
    """They must be there, and of this version."""


def make(connection: Connection) -> None:
    """Make all tables where there are none: as if all migrations had run, in a moment."""
    metadata.create_all(connection, checkfirst=False)
    _mark(connection)


def fit(connection: Connection, name: str, tables: Tables, *, again: bool = False) -> None:
    """Have the tables of a store as they are asked for. Raises StoreError.

    ``again``: whoever opens it has had it open before. It goes on with tables of a later version,
    too: the engine that takes over has brought them up to that meanwhile, and a step only adds.
    """
    version = stored_version(connection)
    if version > SCHEMA_VERSION and not again:
        raise later(name, version)
    if version < SCHEMA_VERSION and tables is Tables.REQUIRED:
        raise earlier(name, version)
    if version < SCHEMA_VERSION and tables is Tables.CURRENT:
        migrate(connection, version)
        _mark(connection)


def read(connection: Connection, name: str, query: Callable[[Connection], T]) -> T:
    """Ask a store that another version of ivrkit may have made. What its tables lack, if they are
    of an earlier version, cannot be asked for. Raises StoreError."""
    version = stored_version(connection)
    if version > SCHEMA_VERSION:
        raise later(name, version)
    try:
        return query(connection)
    except (OperationalError, ProgrammingError) as error:
        if version == SCHEMA_VERSION:
            raise
        raise earlier(name, version) from error


def stored_version(connection: Connection) -> int:
    """The version of a store's tables."""
    return connection.execute(select(schema_version.c.version)).scalar() or 0


def later(name: str, version: int) -> StoreError:
    """A store that is too new."""
    return StoreError(
        f"the store {name} was made by a newer ivrkit (its schema is {version}, this one "
        f"knows {SCHEMA_VERSION})",
        hint="use that version of ivrkit, or name another store under store:",
    )


def earlier(name: str, version: int) -> StoreError:
    """A store that only an engine brings up to date: an older one may be serving."""
    return StoreError(
        f"the store {name} was made by an older ivrkit (its schema is {version}, this one "
        f"needs {SCHEMA_VERSION})",
        hint="use that version of ivrkit, or let an engine of this one bring the store up to date: "
        "ivrkit serve, with --take-over while the older one serves",
    )


def migrate(connection: Connection, version: int) -> None:
    """Run the migrations that follow a version; 0 is before the first. They are in one transaction
    with what comes before and after them."""
    # Half a second of importing, for one start in a year.
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    (folder,) = migrations.__path__
    steps = ScriptDirectory(str(Path(folder))).iterate_revisions(
        f"{SCHEMA_VERSION:04}", f"{version:04}" if version else "base"
    )
    with Operations.context(MigrationContext.configure(connection)):
        for step in reversed(list(steps)):
            step.module.upgrade()


def _mark(connection: Connection) -> None:
    """The one place where the version stands; a release that is too old for it looks there too."""
    connection.execute(delete(schema_version))
    connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))
