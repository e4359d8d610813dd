"""What connectors send later."""

from alembic import op
from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add ``outbox``."""
    op.create_table(
        "outbox",
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("key", Text, nullable=False, unique=True),
        Column("application", Text, nullable=False),
        Column("sender", Text, nullable=False),
        Column("document", LargeBinary),
        Column("sealed", Integer, nullable=False),
        Column("written", Float, nullable=False),
        Column("expires", Float, nullable=False),
        Column("not_before", Float, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("reason", Text, nullable=False),
        Column("done", Float),
    )
    op.create_index("outbox_sender", "outbox", ["sender", "application", "done"])
