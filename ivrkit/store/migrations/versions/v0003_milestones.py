"""The named points of calls."""

from alembic import op
from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add ``milestones``."""
    op.create_table(
        "milestones",
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("call_id", Text, nullable=False),
        Column("at", Float, nullable=False),
        Column("name", Text, nullable=False),
        Column("details", LargeBinary, nullable=False),
    )
    op.create_index("milestones_call", "milestones", ["call_id"])
