"""Flow versions: the closure of sources that gives a session or a trace its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, case, select

from ivrkit.store.database import insert
from ivrkit.store.tables import flow_versions


@dataclass(frozen=True, slots=True)
class StoredFlow:
    """A flow as it was when calls began in it. ``seen`` is when it was last put into service."""

    hash: str
    name: str
    seen: datetime
    sources: Mapping[str, Any]


def write_flow_version(connection: Connection, version: StoredFlow) -> None:
    """Store a version; one that is known already is only marked as seen again."""
    new = insert(connection, flow_versions).values(
        hash=version.hash,
        name=version.name,
        seen=version.seen,
        sources=msgspec.json.encode(version.sources),
    )
    seen, now = flow_versions.c.seen, new.excluded.seen
    later = case((seen > now, seen), else_=now)
    connection.execute(new.on_conflict_do_update(index_elements=["hash"], set_={"seen": later}))


def find_flow_version(connection: Connection, version_hash: str) -> StoredFlow | None:
    """The version of this hash."""
    found = connection.execute(
        select(flow_versions).where(flow_versions.c.hash == version_hash)
    ).first()
    if found is None:
        return None
    return StoredFlow(found.hash, found.name, found.seen, msgspec.json.decode(found.sources))
