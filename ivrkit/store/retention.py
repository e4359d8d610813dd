"""What is kept how long, and erasing it: by age, and by caller."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_CHUNK = 500
"""Rows per transaction, so that erasing holds up no capture."""
_UNUSED_VERSION = timedelta(days=1)
"""A version put into service may wait so long for its first call."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind is kept."""

    trace: timedelta = field(default=timedelta(days=30))
    record: timedelta = field(default=timedelta(days=365))
    payload: timedelta = field(default=timedelta(hours=24))
    memory: timedelta = field(default=timedelta(days=365))
    media: timedelta = field(default=timedelta(days=30))


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased: groups of trace events, records, payloads, flow versions, memories,
    messages.

    ``in_progress`` counts calls of the caller that still run and were left alone.
    """

    traces: int = 0
    records: int = 0
    payloads: int = 0
    versions: int = 0
    memories: int = 0
    messages: int = 0
    in_progress: int = 0


Step = Callable[[sqlite3.Connection], int]


def expired_traces(before: datetime) -> Step:
    """Events written before a time."""
    return lambda connection: (
        connection.execute(
            "DELETE FROM traces WHERE id IN (SELECT id FROM traces WHERE written < ? LIMIT ?)",
            (before.timestamp(), _CHUNK),
        ).rowcount
    )


def expired_records(before: datetime) -> Step:
    """Records of calls that began before a time and are over."""
    return lambda connection: (
        connection.execute(
            "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE started < ? "
            "AND id NOT IN (SELECT call_id FROM sessions) LIMIT ?)",
            (before.timestamp(), _CHUNK),
        ).rowcount
    )


def orphaned_milestones() -> Step:
    """Milestones of calls whose record is gone."""
    return lambda connection: (
        connection.execute(
            "DELETE FROM milestones WHERE id IN (SELECT id FROM milestones WHERE NOT EXISTS "
            "(SELECT 1 FROM calls WHERE calls.id = milestones.call_id) AND NOT EXISTS "
            "(SELECT 1 FROM sessions WHERE sessions.call_id = milestones.call_id) LIMIT ?)",
            (_CHUNK,),
        ).rowcount
    )


def expired_documents(now: datetime) -> Step:
    """The documents of payloads whose time is over; their ids stay."""
    return lambda connection: (
        connection.execute(
            "UPDATE payloads SET document = NULL WHERE id IN (SELECT id FROM payloads "
            "WHERE expires <= ? AND document IS NOT NULL LIMIT ?)",
            (now.timestamp(), _CHUNK),
        ).rowcount
    )


def expired_payload_ids(before: datetime) -> Step:
    """The ids of payloads that expired before a time."""
    return lambda connection: (
        connection.execute(
            "DELETE FROM payloads WHERE id IN (SELECT id FROM payloads WHERE expires < ? LIMIT ?)",
            (before.timestamp(), _CHUNK),
        ).rowcount
    )


def expired_memories(now: datetime) -> Step:
    """What was remembered long enough."""
    return lambda connection: (
        connection.execute(
            "DELETE FROM memories WHERE key IN (SELECT key FROM memories "
            "WHERE expires <= ? LIMIT ?)",
            (now.timestamp(), _CHUNK),
        ).rowcount
    )


def unused_versions(now: datetime, in_service: Collection[str]) -> Step:
    """Flow versions that neither a session nor a trace names and that are not in service."""
    marks = ", ".join("?" * len(in_service))
    return lambda connection: (
        connection.execute(
            "DELETE FROM flow_versions WHERE seen < ? "  # noqa: S608 - question marks only
            f"AND hash NOT IN ({marks}) "
            "AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.version = flow_versions.hash AND "
            "(EXISTS (SELECT 1 FROM sessions WHERE call_id = calls.id) "
            "OR EXISTS (SELECT 1 FROM traces WHERE call_id = calls.id)))",
            ((now - _UNUSED_VERSION).timestamp(), *in_service),
        ).rowcount
    )


def erase_caller(connection: sqlite3.Connection, number: str) -> Erased:
    """Everything about the calls of a number that are over, in one transaction."""
    over = "(SELECT id FROM calls WHERE caller = ? AND id NOT IN (SELECT call_id FROM sessions))"

    def delete(statement: str) -> int:
        return connection.execute(f"{statement} {over}", (number,)).rowcount

    traces = delete("DELETE FROM traces WHERE call_id IN")
    payloads = delete("DELETE FROM payloads WHERE call_id IN")
    delete("DELETE FROM milestones WHERE call_id IN")
    records = delete("DELETE FROM calls WHERE id IN")
    memories = connection.execute("DELETE FROM memories WHERE caller = ?", (number,)).rowcount
    (running,) = connection.execute(
        "SELECT count(*) FROM calls WHERE caller = ?", (number,)
    ).fetchone()
    return Erased(
        traces=traces,
        records=records,
        payloads=payloads,
        memories=memories,
        in_progress=running,
    )
