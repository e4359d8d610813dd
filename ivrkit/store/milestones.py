"""The named points of calls: what reports count. They are kept as long as a call's record."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from ivrkit.call.events import Milestone, TraceEvent
from ivrkit.store.tables import milestones

MOST_OF_A_CALL = 100
"""Milestones of one call that are kept; the trace has them all."""

_INSERT = (
    "INSERT INTO milestones (call_id, at, name, details) SELECT ?, ?, ?, ? "  # noqa: S608 - a number from below
    f"WHERE (SELECT count(*) FROM milestones WHERE call_id = ?) < {MOST_OF_A_CALL}"
)


class KeptMilestone(msgspec.Struct, frozen=True):
    """A point of a call; ``at`` is seconds since it arrived."""

    call_id: str
    at: float
    name: str
    values: dict[str, Any]


def write_milestones(
    connection: sqlite3.Connection, groups: Sequence[tuple[str, Sequence[TraceEvent]]]
) -> None:
    """Keep the milestones among the events of calls."""
    for call_id, events in groups:
        for event in events:
            if isinstance(event, Milestone):
                details = msgspec.json.encode(event.values)
                connection.execute(_INSERT, (call_id, event.at, event.name, details, call_id))


def find_milestones(connection: Connection, call_id: str) -> list[KeptMilestone]:
    """The milestones of one call in their order."""
    rows = select(milestones).where(milestones.c.call_id == call_id).order_by(milestones.c.id)
    return [
        KeptMilestone(row.call_id, row.at, row.name, msgspec.json.decode(row.details))
        for row in connection.execute(rows)
    ]
