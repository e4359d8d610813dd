"""Sessions, traces, records, payloads, flow versions, leases."""

from alembic import op
from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, Text

revision = "0001"
down_revision = None

NUMBER = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of the first version."""
    op.create_table("schema_version", Column("version", Integer, nullable=False))
    op.create_table(
        "sessions",
        Column("call_id", Text, primary_key=True),
        Column("application", Text, nullable=False),
        Column("epoch", Integer, nullable=False),
        Column("saved", Float, nullable=False),
        Column("capture", LargeBinary, nullable=False),
    )
    op.create_table(
        "traces",
        Column("id", NUMBER, primary_key=True),
        Column("call_id", Text, nullable=False),
        Column("written", Float, nullable=False),
        Column("events", LargeBinary, nullable=False),
    )
    op.create_index("traces_call", "traces", ["call_id"])
    op.create_index("traces_written", "traces", ["written"])
    op.create_table(
        "calls",
        Column("id", Text, primary_key=True),
        Column("flow", Text, nullable=False),
        Column("version", Text, nullable=False),
        Column("caller", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("started", Float, nullable=False),
        Column("answered", Float),
        Column("ended_at", Float),
        Column("ended", Text, nullable=False),
        Column("path", Text, nullable=False),
        Column("queue", Text, nullable=False),
        Column("handoff", Text, nullable=False),
        Column("tenant", Text, nullable=False),
    )
    op.create_index("calls_started", "calls", ["started"])
    op.create_index("calls_caller", "calls", ["caller"])
    op.create_index("calls_version", "calls", ["version"])
    _add_what_calls_need()


def _add_what_calls_need() -> None:
    op.create_table(
        "payloads",
        Column("id", Text, primary_key=True),
        Column("call_id", Text, nullable=False),
        Column("expires", Float, nullable=False),
        Column("document", LargeBinary),
    )
    op.create_index("payloads_call", "payloads", ["call_id"])
    op.create_index("payloads_expires", "payloads", ["expires"])
    op.create_table(
        "flow_versions",
        Column("hash", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("seen", Float, nullable=False),
        Column("sources", LargeBinary, nullable=False),
    )
    op.create_table(
        "leases",
        Column("application", Text, primary_key=True),
        Column("epoch", Integer, nullable=False),
        Column("owner", Text, nullable=False),
        Column("renewed", Float, nullable=False),
        Column("wanted", Text, nullable=False),
    )
