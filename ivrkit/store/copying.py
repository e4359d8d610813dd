"""A store copied into another one, while an engine writes to it: for backups, and for the way from
one database to another.

What belongs to an engine that lives is left out: sessions, whose channels do not wait in the copy,
leases, and messages that go with their call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Column, Connection, Table, insert, select

from ivrkit.store.database import Database, closing_engine
from ivrkit.store.opening import earlier, later, stored_version
from ivrkit.store.tables import (
    NUMBER,
    SCHEMA_VERSION,
    handovers,
    leases,
    messages,
    metadata,
    schema_version,
    sessions,
)

AT_ONCE = 500
"""Rows that are held in memory."""
LIVING = frozenset({schema_version, sessions, leases, handovers})


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """The store as it is now, whatever is written meanwhile. Raises StoreError, also for a store of
    another version of ivrkit."""
    engine = database.reader()
    try:
        with closing_engine(engine), engine.connect() as connection:
            connection.exec_driver_sql(database.begin_snapshot)
            version = stored_version(connection)
            if version != SCHEMA_VERSION:
                raise (earlier if version < SCHEMA_VERSION else later)(database.name, version)
            yield connection
    except Exception as error:
        raise database.complaint(error) from error


def copy(source: Connection, target: Connection) -> int:
    """Copy all that outlives an engine into a store without rows; how many rows that were."""
    return sum(_copy(table, source, target) for table in _copied())


def kept_messages(connection: Connection) -> Sequence[str]:
    """The ids of the messages that :func:`copy` copies."""
    return (
        connection.execute(select(messages.c.id).where(messages.c.with_call == 0)).scalars().all()
    )


def _copied() -> Iterator[Table]:
    return (table for table in metadata.sorted_tables if table not in LIVING)


def _copy(table: Table, source: Connection, target: Connection) -> int:
    # Rows that are numbered are numbered anew, in their order: the database goes on from there.
    columns: list[Column[object]] = [each for each in table.columns if each.type is not NUMBER]
    query = select(*columns).order_by(*table.primary_key.columns)
    if table is messages:
        query = query.where(messages.c.with_call == 0)
    count = 0
    with source.execute(query.execution_options(yield_per=AT_ONCE)) as rows:
        for part in rows.partitions():
            target.execute(insert(table), [dict(row._mapping) for row in part])
            count += len(part)
    return count
