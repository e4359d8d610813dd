"""Hand-off payloads: JSON documents under an id, for a while."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, case, literal, select, update

from ivrkit.store.database import insert
from ivrkit.store.prepared import replacing
from ivrkit.store.tables import payloads


@dataclass(frozen=True, slots=True)
class StoredPayload:
    """A payload. ``document`` is None once it has expired: the id is known, the content gone."""

    id: str
    call_id: str
    expires: datetime
    document: bytes | None


def write_payload(connection: Connection, payload: StoredPayload) -> None:
    """Store a payload; one of the same id is replaced."""
    new = insert(connection, payloads).values(asdict(payload))
    connection.execute(
        new.on_conflict_do_update(
            index_elements=["id"], set_=replacing(new, ("call_id", "expires", "document"))
        )
    )


def expire_payload(connection: Connection, payload_id: str, now: datetime) -> bool:
    """End a payload before its time; False when there is none of this id."""
    expires = case(
        (payloads.c.expires < now, payloads.c.expires), else_=literal(now, payloads.c.expires.type)
    )
    changed = connection.execute(
        update(payloads).where(payloads.c.id == payload_id).values(document=None, expires=expires)
    )
    return changed.rowcount > 0


def find_payload(connection: Connection, payload_id: str, now: datetime) -> StoredPayload | None:
    """A payload, without its document when it has expired."""
    found = connection.execute(select(payloads).where(payloads.c.id == payload_id)).first()
    if found is None:
        return None
    document = found.document if found.expires > now else None
    return StoredPayload(found.id, found.call_id, found.expires, document)
