"""The tables of a store that is opened: made, recognised, brought up to this version."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from ivrkit.errors import StoreError
from ivrkit.store.tables import SCHEMA_VERSION, metadata, schema_version


def make(connection: Connection) -> None:
    """Make all tables where there are none."""
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
        metadata.create_all(connection, checkfirst=True)
        _mark(connection)


def _mark(connection: Connection) -> None:
    connection.execute(delete(schema_version))
    connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))
