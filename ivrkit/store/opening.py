"""The tables of a store that is opened: made, recognised, brought up to this version."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from ivrkit.errors import StoreError
from ivrkit.store import migrations
from ivrkit.store.tables import SCHEMA_VERSION, metadata, schema_version


def make(connection: Connection) -> None:
    """Make all tables where there are none: as if all migrations had run, in a moment."""
    metadata.create_all(connection, checkfirst=False)
    _mark(connection)


def upgrade(connection: Connection, name: str) -> None:
    """Bring a store up to this version. Raises StoreError for one of a later version."""
    version = connection.execute(select(schema_version.c.version)).scalar() or 0
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"the store {name} was made by a newer ivrkit (its schema is {version}, this one "
            f"knows {SCHEMA_VERSION})",
            hint="use that version of ivrkit, or name another store under store:",
        )
    if version < SCHEMA_VERSION:
        migrate(connection, version)
        _mark(connection)


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
