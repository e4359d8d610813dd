"""What flows remember, and what callers record."""

from alembic import op
from sqlalchemy import Column, Float, Integer, LargeBinary, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add ``memories`` and ``messages``."""
    op.create_table(
        "memories",
        Column("key", Text, primary_key=True),
        Column("value", LargeBinary, nullable=False),
        Column("call_id", Text, nullable=False),
        Column("caller", Text, nullable=False),
        Column("written", Float, nullable=False),
        Column("expires", Float, nullable=False),
    )
    op.create_index("memories_caller", "memories", ["caller"])
    op.create_index("memories_expires", "memories", ["expires"])
    op.create_table(
        "messages",
        Column("id", Text, primary_key=True),
        Column("call_id", Text, nullable=False),
        Column("caller", Text, nullable=False),
        Column("flow", Text, nullable=False),
        Column("variable", Text, nullable=False),
        Column("seconds", Float, nullable=False),
        Column("size", Integer, nullable=False),
        Column("created", Float, nullable=False),
        Column("with_call", Integer, nullable=False),
        Column("expires", Float, nullable=False),
    )
    op.create_index("messages_call", "messages", ["call_id"])
    op.create_index("messages_caller", "messages", ["caller"])
    op.create_index("messages_expires", "messages", ["expires"])
