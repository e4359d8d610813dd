"""What flows remember: one value per key, until its time is over or it is forgotten.

How much that is in all is bounded: a flood of callers cannot fill the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select

from ivrkit.call.call import Call
from ivrkit.call.memory import Memory, read, written
from ivrkit.errors import StoreError
from ivrkit.expressions.values import Value
from ivrkit.store.access import Access
from ivrkit.store.database import insert
from ivrkit.store.prepared import replacing
from ivrkit.store.tables import memories

_CHUNK = 500
"""Keys in one statement."""


@dataclass(frozen=True, slots=True)
class MemoryLimits:
    """How many memories are kept at most, how many of one caller, how many kilobytes one of them
    may have, and how many megabytes all together."""

    most: int = 100_000
    of_one_caller: int = 100
    kilobytes: int = 64
    megabytes: float = 500.0


@dataclass(frozen=True, slots=True)
class KeptMemory:
    """A memory as it lies in the store; ``value`` is JSON."""

    key: str
    value: bytes
    caller: str
    call_id: str
    written: datetime
    expires: datetime


class StoredMemories:
    """The port :class:`~ivrkit.call.memory.Memories`. Time is the calls' own."""

    def __init__(
        self, access: Access, kept: Callable[[], timedelta], limits: MemoryLimits | None = None
    ) -> None:
        self._access = access
        self._kept = kept
        self._limits = limits or MemoryLimits()
        self._room = _Room(self._limits)

    async def remember(self, call: Call, key: str, value: Value, keep: timedelta | None) -> None:
        """Keep a value under a key. Raises StoreError, ValueRejected, ExpressionError."""
        now = call.clock.now()
        document = written(value, self._limits.kilobytes * 1024)
        until = now + (self._kept() if keep is None else keep)
        row = KeptMemory(key, document, caller_of(call), call.id, now, until)
        room = await self._access.write(lambda connection: self._write(connection, row))
        if not room:
            raise StoreError(
                "no more can be remembered: this site, or this caller, has as many memories as "
                "are allowed",
                hint="raise memory: in ivrkit.yaml, or keep them for a shorter time",
            )

    def _write(self, connection: Connection, row: KeptMemory) -> bool:
        """In the writer's thread. False where there is no room for it."""
        if not self._room.has(connection, row):
            return False
        new = insert(connection, memories).values(asdict(row))
        others = ("value", "call_id", "caller", "written", "expires")
        connection.execute(
            new.on_conflict_do_update(index_elements=["key"], set_=replacing(new, others))
        )
        return True

    async def recall(self, call: Call, key: str) -> Memory | None:
        """What is kept under a key. Raises StoreError."""
        wanted = select(memories.c.value).where(
            memories.c.key == key, memories.c.expires > call.clock.now()
        )
        document: bytes | None = await self._access.query(lambda c: c.execute(wanted).scalar())
        return None if document is None else read(document)

    async def forget(self, call: Call, key: str) -> None:
        """Keep nothing under this key. Raises StoreError."""
        await self.erase([key])

    # ---- for those who look after the site ----------------------------------------------------

    async def find(
        self, *, caller: str = "", prefix: str = "", limit: int = 100
    ) -> list[KeptMemory]:
        """What is kept of a caller, or under keys that begin so, the newest first."""
        wanted = select(memories).order_by(memories.c.written.desc(), memories.c.key).limit(limit)
        if caller:
            wanted = wanted.where(memories.c.caller == caller)
        if prefix:
            wanted = wanted.where(memories.c.key.startswith(prefix, autoescape=True))
        rows = await self._access.query(lambda c: c.execute(wanted).all())
        return [
            KeptMemory(row.key, row.value, row.caller, row.call_id, row.written, row.expires)
            for row in rows
        ]

    async def erase(self, keys: Collection[str]) -> int:
        """Keep nothing under these keys; says of how many there was something."""
        chunks = [list(keys)[at : at + _CHUNK] for at in range(0, len(keys), _CHUNK)]

        def erase(connection: Connection) -> int:
            return sum(
                connection.execute(delete(memories).where(memories.c.key.in_(chunk))).rowcount
                for chunk in chunks
            )

        return await self._access.write(erase)


class _Room:
    """Whether there is room for one more. What is there is counted when it might be too much, and
    not each time; in between the count is never too low."""

    def __init__(self, limits: MemoryLimits) -> None:
        self._limits = limits
        self._count: int | None = None
        self._bytes = 0

    def has(self, connection: Connection, row: KeptMemory) -> bool:
        """Count one more, if there is room for it."""
        if row.caller and not self._of_caller(connection, row):
            return False
        if self._count is None or self._full(len(row.value)):
            connection.execute(delete(memories).where(memories.c.expires <= row.written))
            size = func.coalesce(func.sum(func.length(memories.c.value)), 0)
            self._count, self._bytes = connection.execute(
                select(func.count(), size).where(memories.c.key != row.key)
            ).one()
            if self._full(len(row.value)):
                return False
        self._count += 1
        self._bytes += len(row.value)
        return True

    def _full(self, size: int) -> bool:
        assert self._count is not None
        limits = self._limits
        return self._count >= limits.most or self._bytes + size > limits.megabytes * 1_000_000

    def _of_caller(self, connection: Connection, row: KeptMemory) -> bool:
        others = (
            select(func.count())
            .select_from(memories)
            .where(
                memories.c.caller == row.caller,
                memories.c.key != row.key,
                memories.c.expires > row.written,
            )
        )
        return connection.execute(others).scalar_one() < self._limits.of_one_caller


def caller_of(call: Call) -> str:
    """The caller's number, as the call's record has it."""
    facts: Any = call.session.lookup("call")
    return str(facts.get("from") or "") if isinstance(facts, dict) else ""
