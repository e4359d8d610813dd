"""Flow versions: the closure of sources that gives a session or a trace its meaning."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from ivrkit.store.tables import flow_versions


@dataclass(frozen=True, slots=True)
class StoredFlow:
    """A flow as it was when calls began in it. ``seen`` is when it was last put into service."""

    hash: str
    name: str
    seen: datetime
    sources: Mapping[str, Any]


def write_flow_version(connection: sqlite3.Connection, version: StoredFlow) -> None:
    """Store a version; one that is known already is only marked as seen again."""
    connection.execute(
        "INSERT INTO flow_versions (hash, name, seen, sources) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (hash) DO UPDATE SET seen = max(seen, excluded.seen)",
        (
            version.hash,
            version.name,
            version.seen.timestamp(),
            msgspec.json.encode(version.sources),
        ),
    )


def find_flow_version(connection: Connection, version_hash: str) -> StoredFlow | None:
    """The version of this hash."""
    found = connection.execute(
        select(flow_versions).where(flow_versions.c.hash == version_hash)
    ).first()
    if found is None:
        return None
    return StoredFlow(found.hash, found.name, found.seen, msgspec.json.decode(found.sources))
