"""The named points of calls: what reports count. They are kept as long as a call's record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Float, Insert, LargeBinary, func, insert, literal, select

from ivrkit.call.events import Milestone, TraceEvent
from ivrkit.store.tables import milestones

MOST_OF_A_CALL = 100
"""Milestones of one call that are kept; the trace has them all."""


class KeptMilestone(msgspec.Struct, frozen=True):
    """A point of a call; ``at`` is seconds since it arrived."""

    call_id: str
    at: float
    name: str
    values: dict[str, Any]


def milestones_among(
    groups: Sequence[tuple[str, Sequence[TraceEvent]]],
) -> list[tuple[str, Milestone]]:
    """The milestones among the events of calls, each with its call."""
    return [
        (call_id, event)
        for call_id, events in groups
        for event in events
        if isinstance(event, Milestone)
    ]


def write_milestones(connection: Connection, found: Sequence[tuple[str, Milestone]]) -> None:
    """Keep milestones of calls."""
    for call_id, event in found:
        connection.execute(_one_more(call_id, event))


def _one_more(call_id: str, event: Milestone) -> Insert:
    """An INSERT of nothing where there are as many as are kept."""
    of_call = milestones.c.call_id == call_id
    count = select(func.count()).select_from(milestones).where(of_call).scalar_subquery()
    details = literal(msgspec.json.encode(event.values), LargeBinary)
    row = select(literal(call_id), literal(event.at, Float), literal(event.name), details)
    return insert(milestones).from_select(
        ["call_id", "at", "name", "details"], row.where(count < MOST_OF_A_CALL)
    )


def find_milestones(connection: Connection, call_id: str) -> list[KeptMilestone]:
    """The milestones of one call in their order."""
    rows = select(milestones).where(milestones.c.call_id == call_id).order_by(milestones.c.id)
    return [
        KeptMilestone(row.call_id, row.at, row.name, msgspec.json.decode(row.details))
        for row in connection.execute(rows)
    ]
