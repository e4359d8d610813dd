"""Hand-off payloads: JSON documents under an id, for a while."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ivrkit.store.tables import payloads


@dataclass(frozen=True, slots=True)
class StoredPayload:
    """A payload. ``document`` is None once it has expired: the id is known, the content gone."""

    id: str
    call_id: str
    expires: datetime
    document: bytes | None


def write_payload(connection: sqlite3.Connection, payload: StoredPayload) -> None:
    """Store a payload; one of the same id is replaced."""
    connection.execute(
        "INSERT INTO payloads (id, call_id, expires, document) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET call_id = excluded.call_id, expires = excluded.expires, "
        "document = excluded.document",
        (payload.id, payload.call_id, payload.expires.timestamp(), payload.document),
    )


def expire_payload(connection: sqlite3.Connection, payload_id: str, now: datetime) -> bool:
    """End a payload before its time; False when there is none of this id."""
    changed = connection.execute(
        "UPDATE payloads SET document = NULL, expires = min(expires, ?) WHERE id = ?",
        (now.timestamp(), payload_id),
    )
    return changed.rowcount > 0


def find_payload(connection: Connection, payload_id: str, now: datetime) -> StoredPayload | None:
    """A payload, without its document when it has expired."""
    found = connection.execute(select(payloads).where(payloads.c.id == payload_id)).first()
    if found is None:
        return None
    document = found.document if found.expires > now else None
    return StoredPayload(found.id, found.call_id, found.expires, document)
