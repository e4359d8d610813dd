"""What flows remember: one value per key, until its time is over or it is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from ivrkit.call.call import Call
from ivrkit.call.memory import Memory, read, written
from ivrkit.expressions.values import Value
from ivrkit.store.access import Access
from ivrkit.store.tables import memories


class StoredMemories:
    """The port :class:`~ivrkit.call.memory.Memories`. Time is the calls' own."""

    def __init__(self, access: Access, kept: Callable[[], timedelta]) -> None:
        self._access = access
        self._kept = kept

    async def remember(self, call: Call, key: str, value: Value, keep: timedelta | None) -> None:
        """Keep a value under a key. Raises StoreError, ValueRejected, ExpressionError."""
        now = call.clock.now()
        row = (
            key,
            written(value),
            call.id,
            caller_of(call),
            now.timestamp(),
            (now + (self._kept() if keep is None else keep)).timestamp(),
        )
        await self._access.write(
            lambda connection: connection.execute(
                "INSERT INTO memories (key, value, call_id, caller, written, expires) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
                "value = excluded.value, call_id = excluded.call_id, caller = excluded.caller, "
                "written = excluded.written, expires = excluded.expires",
                row,
            )
        )

    async def recall(self, call: Call, key: str) -> Memory | None:
        """What is kept under a key. Raises StoreError."""
        wanted = select(memories.c.value).where(
            memories.c.key == key, memories.c.expires > call.clock.now()
        )
        document: bytes | None = await self._access.query(lambda c: c.execute(wanted).scalar())
        return None if document is None else read(document)

    async def forget(self, call: Call, key: str) -> None:
        """Keep nothing under this key. Raises StoreError."""
        await self._access.write(
            lambda connection: connection.execute("DELETE FROM memories WHERE key = ?", (key,))
        )


def caller_of(call: Call) -> str:
    """The caller's number, as the call's record has it."""
    facts: Any = call.session.lookup("call")
    return str(facts.get("from") or "") if isinstance(facts, dict) else ""
