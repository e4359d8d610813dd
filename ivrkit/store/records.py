"""One row per call: what became of it. The trace tells how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from ivrkit.store.database import Insert, insert
from ivrkit.store.prepared import Prepared, Statement, marks
from ivrkit.store.tables import calls, sessions


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A call. ``ended`` is how it ended (``caller``, ``flow``, ``agent`` …), empty while it lives;
    ``path`` where it ended; ``queue`` and ``handoff`` the last ones."""

    id: str
    flow: str
    version: str
    caller: str
    number: str
    started: datetime
    answered: datetime | None = None
    ended_at: datetime | None = None
    ended: str = ""
    path: str = ""
    queue: str = ""
    handoff: str = ""
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records: newest first, at most ``limit``; empty fields do not restrict.

    ``since`` is inclusive, ``before`` exclusive. ``behind`` goes on where an earlier answer ended:
    it is ``started`` and ``id`` of its last record.
    """

    limit: int = 100
    flow: str = ""
    caller: str = ""
    number: str = ""
    tenant: str = ""
    since: datetime | None = None
    before: datetime | None = None
    behind: tuple[datetime, str] | None = None
    live: bool | None = None


_TEXTS = ("flow", "version", "caller", "number", "ended", "path", "queue", "handoff", "tenant")
_NOTHING: ColumnElement[str] = literal_column("''")
_INSTANTS = ("answered", "ended_at")
_COLUMNS = CallRecord.__struct_fields__


def _upsert(connection: Connection) -> Insert:
    new = insert(connection, calls)
    old, given = calls.c, new.excluded
    kept = {name: func.coalesce(func.nullif(given[name], _NOTHING), old[name]) for name in _TEXTS}
    kept |= {name: func.coalesce(given[name], old[name]) for name in _INSTANTS}
    return new.values(marks(calls, _COLUMNS, 1)).on_conflict_do_update(
        index_elements=["id"], set_=kept
    )


_WRITE = Statement(_upsert)


def write_records(prepared: Prepared, records: Sequence[CallRecord]) -> None:
    """Write records in their order; a field that is empty keeps what was written before."""
    _WRITE.each(prepared, [_row(record) for record in records])


def _row(record: CallRecord) -> list[Any]:
    return [_plain(value) for value in msgspec.structs.astuple(record)]


def _plain(value: str | datetime | None) -> str | float | None:
    if isinstance(value, str):
        return storable(value)
    return None if value is None else value.timestamp()


def storable(text: str) -> str:
    """What a caller sends need not be storable: a lone surrogate is no UTF-8, and PostgreSQL takes
    no NUL."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\0", "?")


def find_records(connection: Connection, query: RecordQuery) -> list[CallRecord]:
    """The records that a query asks for."""
    rows = select(calls).order_by(calls.c.started.desc(), calls.c.id).limit(query.limit)
    for name in ("flow", "caller", "number", "tenant"):
        if value := getattr(query, name):
            rows = rows.where(calls.c[name] == value)
    if query.since is not None:
        rows = rows.where(calls.c.started >= query.since)
    if query.before is not None:
        rows = rows.where(calls.c.started < query.before)
    if query.behind is not None:
        started, last = query.behind
        same = and_(calls.c.started == started, calls.c.id > last)
        rows = rows.where(or_(calls.c.started < started, same))
    if query.live is not None:
        rows = rows.where(calls.c.ended == "" if query.live else calls.c.ended != "")
    return [CallRecord(**row) for row in connection.execute(rows).mappings()]


def find_record(connection: Connection, call_id: str) -> CallRecord | None:
    """The record of one call."""
    found = connection.execute(select(calls).where(calls.c.id == call_id)).mappings().first()
    return None if found is None else CallRecord(**found)


def find_left(connection: Connection) -> list[str]:
    """The ids of calls that are not over and have no session: no engine goes on with them."""
    return list(connection.execute(select(calls.c.id).where(*_LEFT)).scalars())


def close_records(
    connection: Connection, ended: str, over: Mapping[str, datetime]
) -> Sequence[str]:
    """Close the records of calls at a moment of each, where they are still those of
    :func:`find_left`; the ids of those that were."""
    return [
        call_id
        for call_id, moment in over.items()
        if connection.execute(
            update(calls).where(calls.c.id == call_id, *_LEFT).values(ended=ended, ended_at=moment)
        ).rowcount
    ]


_LEFT = (calls.c.ended == "", ~exists().where(sessions.c.call_id == calls.c.id))
