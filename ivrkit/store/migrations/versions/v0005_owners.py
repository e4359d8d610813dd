"""What a session is of, beside its capture; who has done what; how an application changes hands."""

from alembic import op
from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, Text, text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add ``audit``, ``handovers``, and columns to ``sessions``: empty in what an engine of the
    release before has written, and goes on writing."""
    for name in ("flow", "version", "channel"):
        op.add_column("sessions", Column(name, Text, nullable=False, server_default=text("''")))
    op.create_table(
        "handovers",
        Column("application", Text, primary_key=True),
        Column("asker", Text, nullable=False),
        Column("state", Text, nullable=False),
    )
    op.create_table(
        "audit",
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("at", Float, nullable=False),
        Column("token", Text, nullable=False),
        Column("tenant", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("target", Text, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("address", Text, nullable=False),
        Column("details", LargeBinary, nullable=False),
    )
    op.create_index("audit_at", "audit", ["at"])
    op.create_index("audit_target", "audit", ["target"])
