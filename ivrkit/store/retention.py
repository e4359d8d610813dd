"""What is kept how long, and erasing it by its age."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    delete,
    exists,
    or_,
    select,
    update,
)

from ivrkit.store.tables import (
    audit,
    calls,
    flow_versions,
    memories,
    milestones,
    payloads,
    sessions,
    traces,
)

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
    audit: timedelta = field(default=timedelta(days=365))


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased: groups of trace events, records, payloads, flow versions, memories,
    messages, entries of the audit."""

    traces: int = 0
    records: int = 0
    payloads: int = 0
    versions: int = 0
    memories: int = 0
    messages: int = 0
    audit: int = 0


Step = Callable[[Connection], int]


def delete_some(key: Column[Any], *which: ColumnElement[bool]) -> Step:
    """Delete a number of rows; again until there are none."""
    chunk = select(key).where(*which).limit(_CHUNK)
    statement = delete(key.table).where(key.in_(chunk))
    return lambda connection: connection.execute(statement).rowcount


def _in_progress() -> Select[Any]:
    return select(sessions.c.call_id)


def expired_traces(before: datetime) -> Step:
    """Events written before a time."""
    return delete_some(traces.c.id, traces.c.written < before)


def expired_records(before: datetime) -> Step:
    """Records of calls that began before a time and are over."""
    return delete_some(calls.c.id, calls.c.started < before, calls.c.id.not_in(_in_progress()))


def orphaned_milestones() -> Step:
    """Milestones of calls whose record is gone."""
    return delete_some(
        milestones.c.id,
        ~exists().where(calls.c.id == milestones.c.call_id),
        ~exists().where(sessions.c.call_id == milestones.c.call_id),
    )


def expired_documents(now: datetime) -> Step:
    """The documents of payloads whose time is over; their ids stay."""
    over = select(payloads.c.id).where(payloads.c.expires <= now, payloads.c.document.is_not(None))
    statement = update(payloads).where(payloads.c.id.in_(over.limit(_CHUNK))).values(document=None)
    return lambda connection: connection.execute(statement).rowcount


def expired_payload_ids(before: datetime) -> Step:
    """The ids of payloads that expired before a time."""
    return delete_some(payloads.c.id, payloads.c.expires < before)


def expired_memories(now: datetime) -> Step:
    """What was remembered long enough."""
    return delete_some(memories.c.key, memories.c.expires <= now)


def expired_audit(before: datetime) -> Step:
    """Entries of the audit made before a time."""
    return delete_some(audit.c.id, audit.c.at < before)


def unused_versions(now: datetime, in_service: Collection[str]) -> Step:
    """Flow versions that neither a session nor a trace names and that are not in service."""
    named = exists().where(
        calls.c.version == flow_versions.c.hash,
        or_(
            exists().where(sessions.c.call_id == calls.c.id),
            exists().where(traces.c.call_id == calls.c.id),
        ),
    )
    statement = delete(flow_versions).where(
        flow_versions.c.seen < now - _UNUSED_VERSION,
        flow_versions.c.hash.not_in(in_service),
        ~named,
    )
    return lambda connection: connection.execute(statement).rowcount
