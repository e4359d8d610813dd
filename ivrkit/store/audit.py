"""The audit: who has done what to this site through its API, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from ivrkit.store.database import insert
from ivrkit.store.prepared import Prepared, Rows, marks
from ivrkit.store.records import storable
from ivrkit.store.tables import audit


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did. ``token`` is the name of who did it, ``target`` what it was done to,
    ``outcome`` what came of it (``done``, ``refused``, ``not_found`` …), ``address`` where it was
    asked from. ``details`` are plain data without secrets. ``id`` grows with time; it is given by
    the store."""

    at: datetime
    token: str
    action: str
    outcome: str
    tenant: str = ""
    target: str = ""
    address: str = ""
    details: dict[str, Any] = msgspec.field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries: newest first, at most ``limit``; empty fields do not restrict.

    ``since`` is inclusive, ``before`` exclusive. ``behind`` goes on where an earlier answer ended:
    the ``id`` of its last entry.
    """

    limit: int = 100
    token: str = ""
    tenant: str = ""
    action: str = ""
    target: str = ""
    outcome: str = ""
    since: datetime | None = None
    before: datetime | None = None
    behind: int | None = None


_TEXTS = ("token", "tenant", "action", "target", "outcome", "address")
_COLUMNS = ("at", *_TEXTS, "details")
_INSERT = Rows(
    lambda connection, size: insert(connection, audit).values(marks(audit, _COLUMNS, size))
)


def write_audit(prepared: Prepared, entries: Sequence[AuditEntry]) -> None:
    """Add entries in their order."""
    _INSERT.run(
        prepared,
        [
            (
                each.at.timestamp(),
                *(storable(getattr(each, name)) for name in _TEXTS),
                msgspec.json.encode(each.details),
            )
            for each in entries
        ],
    )


def find_audit(connection: Connection, query: AuditQuery) -> list[AuditEntry]:
    """The entries that a query asks for."""
    rows = select(audit).order_by(audit.c.id.desc()).limit(query.limit)
    for name in ("token", "tenant", "action", "target", "outcome"):
        if value := getattr(query, name):
            rows = rows.where(audit.c[name] == value)
    if query.since is not None:
        rows = rows.where(audit.c.at >= query.since)
    if query.before is not None:
        rows = rows.where(audit.c.at < query.before)
    if query.behind is not None:
        rows = rows.where(audit.c.id < query.behind)
    return [
        AuditEntry(**{**row, "details": msgspec.json.decode(row["details"])})
        for row in connection.execute(rows).mappings()
    ]
