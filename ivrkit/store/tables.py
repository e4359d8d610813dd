"""The tables, as SQLAlchemy sees them. The writer's own SQL names the same columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    text,
)

SCHEMA_VERSION = 5
"""Raised with every change of the tables, together with a step in
:mod:`~ivrkit.store.migrations`. A store of a higher version is refused."""


class Instant(TypeDecorator[datetime]):
    """A moment: seconds since 1970 in the file, an aware datetime in UTC outside it."""

    impl = Float
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> float | None:
        return None if value is None else value.timestamp()

    def process_result_value(self, value: float | None, dialect: Any) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Of rows that are counted: a busy site writes a thousand of them a second."""

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))

sessions = Table(
    "sessions",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("application", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("saved", Instant, nullable=False),
    Column("capture", LargeBinary, nullable=False),
    # What is needed of a capture that cannot be read; empty in one of an engine that wrote none.
    Column("flow", Text, nullable=False, server_default=text("''")),
    Column("version", Text, nullable=False, server_default=text("''")),
    Column("channel", Text, nullable=False, server_default=text("''")),
)

traces = Table(
    "traces",
    metadata,
    # One row per call and batch: the events of that batch, one JSON document per line.
    Column("id", NUMBER, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("written", Instant, nullable=False),
    Column("events", LargeBinary, nullable=False),
    Index("traces_call", "call_id"),
    Index("traces_written", "written"),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("started", Instant, nullable=False),
    Column("answered", Instant),
    Column("ended_at", Instant),
    Column("ended", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("handoff", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Index("calls_started", "started"),
    Index("calls_caller", "caller"),
    Index("calls_version", "version"),
)

payloads = Table(
    "payloads",
    metadata,
    # The row of an expired payload stays for a while without its document, so that "too late"
    # can be told from "never was".
    Column("id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("document", LargeBinary),
    Index("payloads_call", "call_id"),
    Index("payloads_expires", "expires"),
)

flow_versions = Table(
    "flow_versions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("seen", Instant, nullable=False),
    Column("sources", LargeBinary, nullable=False),
)

milestones = Table(
    "milestones",
    metadata,
    # The named points of calls, kept as long as their records; ``details`` is JSON.
    Column("id", NUMBER, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("name", Text, nullable=False),
    Column("details", LargeBinary, nullable=False),
    Index("milestones_call", "call_id"),
)

leases = Table(
    "leases",
    metadata,
    # A released lease keeps its row, so that epochs only ever grow.
    Column("application", Text, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("renewed", Float, nullable=False),
    Column("wanted", Text, nullable=False),
)

handovers = Table(
    "handovers",
    metadata,
    # How far an application's way from one engine to the next is.
    Column("application", Text, primary_key=True),
    Column("asker", Text, nullable=False),
    Column("state", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    # Who has done what through the API; ``details`` is JSON.
    Column("id", NUMBER, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("token", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("details", LargeBinary, nullable=False),
    Index("audit_at", "at"),
    Index("audit_target", "target"),
)

memories = Table(
    "memories",
    metadata,
    # What flows remember from one call to the next; ``value`` is JSON.
    Column("key", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("call_id", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("written", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Index("memories_caller", "caller"),
    Index("memories_expires", "expires"),
)

messages = Table(
    "messages",
    metadata,
    # What callers have recorded: the sound is a file beside the store, named by the id.
    Column("id", Text, primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("variable", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("size", Integer, nullable=False),
    Column("created", Instant, nullable=False),
    # With its call: it goes when the call is over, whatever ``expires`` says.
    Column("with_call", Integer, nullable=False),
    Column("expires", Instant, nullable=False),
    Index("messages_call", "call_id"),
    Index("messages_caller", "caller"),
    Index("messages_expires", "expires"),
)

outbox = Table(
    "outbox",
    metadata,
    # What connectors send later, in the order of ``id``. A row that is ``done`` (sent, or expired)
    # has no document any more; ``key`` is the idempotency key, ``tries`` and ``reason`` tell of
    # refusals.
    Column("id", NUMBER, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("application", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("document", LargeBinary),
    Column("sealed", Integer, nullable=False),
    Column("written", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("done", Instant),
    Index("outbox_sender", "sender", "application", "done"),
)
