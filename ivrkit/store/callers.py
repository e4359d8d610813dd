"""All that there is of a caller: counted, handed out, erased.

A caller is named by the forms in which his number stands in the store. Calls in progress are left
alone: they are named, and can be asked for again when they are over. Some calls are erased at once,
and then some more: captures of other calls do not wait for all, and what fails is asked for again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from functools import partial
from operator import add
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
)

from ivrkit.call.events import TraceEvent
from ivrkit.store.access import Access
from ivrkit.store.memories import KeptMemory
from ivrkit.store.messages import StoredMessages
from ivrkit.store.milestones import KeptMilestone, find_milestones
from ivrkit.store.payloads import StoredPayload
from ivrkit.store.reading import find_trace
from ivrkit.store.records import CallRecord
from ivrkit.store.tables import (
    calls,
    memories,
    messages,
    milestones,
    outbox,
    payloads,
    sessions,
    traces,
)

_CHUNK = 100
"""Calls in one statement."""
PIECE = 200
"""Calls that are erased in one transaction."""
_ENDING = 4
"""So many signs of a number are the same however it is written."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much there is of a caller: ``calls`` that are over (their records), how many of them
    have a trace (``traces``), and so on; ``outbox`` are messages of those calls that wait to be
    sent to other systems. ``in_progress`` are the ids of calls that are not over."""

    calls: int = 0
    traces: int = 0
    milestones: int = 0
    payloads: int = 0
    memories: int = 0
    messages: int = 0
    outbox: int = 0
    in_progress: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Nothing that is over or kept."""
        return replace(self, in_progress=()) == Holdings()

    def __add__(self, other: Holdings) -> Holdings:
        """Both together."""
        return Holdings(*map(add, astuple(self), astuple(other)))


class KeptMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it lies in the store; its sound is the file ``<id>.wav``."""

    id: str
    call_id: str
    caller: str
    flow: str
    variable: str
    seconds: float
    created: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class CallerData:
    """What is kept of a caller: plain data, secrets masked or absent. ``traces`` and
    ``milestones`` are by the ids of calls."""

    records: Sequence[CallRecord]
    traces: Mapping[str, Sequence[TraceEvent]]
    milestones: Mapping[str, Sequence[KeptMilestone]]
    payloads: Sequence[StoredPayload]
    memories: Sequence[KeptMemory]
    messages: Sequence[KeptMessage]


class StoredCallers:
    """Callers, for those who look after a site."""

    def __init__(
        self, access: Access, kept: StoredMessages, overwrite: Callable[[], Awaitable[None]]
    ) -> None:
        self._access = access
        self._messages = kept
        self._overwrite = overwrite

    async def known(self, number: str) -> set[str]:
        """The numbers of callers in the store that end as this one does. Raises StoreError."""
        return await self._access.query(lambda c: find_numbers(c, number))

    async def holdings(self, numbers: Collection[str]) -> Holdings:
        """How much there is. Raises StoreError."""
        return await self._access.query(lambda c: find_holdings(c, numbers))

    async def over(self, numbers: Collection[str]) -> list[str]:
        """The ids of the calls that are over. Raises StoreError."""
        return await self._access.query(lambda c: find_over(c, numbers))

    async def erase(self, numbers: Collection[str], over: Sequence[str] | None = None) -> Holdings:
        """Erase all that is over or kept; the answer is how much that was. ``over`` are the calls
        that go, if not all that are over now. Raises StoreError: some of it may be gone then, of
        each call all or nothing (its messages apart), and it can be done again."""
        if over is None:
            over = await self._access.write(lambda c: find_over(c, numbers))
        # What ends from here on is left alone, and named.
        goes = set(over)
        his = await self._access.query(lambda c: find_calls(c, numbers))
        found = Holdings(in_progress=tuple(each for each in his if each not in goes))
        for at in range(0, len(over), PIECE):
            found += await self._access.write(partial(_erase_calls, over=over[at : at + PIECE]))
        found += await self._access.write(lambda c: _erase_memories(c, numbers))
        gone = sum([await self._messages.erase_caller(each) for each in numbers])
        await self._overwrite()
        return replace(found, messages=gone)


def find_numbers(connection: Connection, number: str) -> set[str]:
    """The numbers of callers that end as this one does."""
    ending = number[-_ENDING:]
    columns = (calls.c.caller, memories.c.caller, messages.c.caller)
    return {
        found
        for column in columns
        for found in connection.execute(
            select(column).where(column.endswith(ending, autoescape=True)).distinct()
        ).scalars()
    }


def find_calls(connection: Connection, numbers: Collection[str]) -> list[str]:
    """The ids of the calls of a caller."""
    wanted = select(calls.c.id).where(calls.c.caller.in_(numbers))
    return list(connection.execute(wanted.order_by(calls.c.started)).scalars())


def find_over(connection: Connection, numbers: Collection[str]) -> list[str]:
    """The ids of the calls of a caller that are over."""
    wanted = select(calls.c.id).where(calls.c.caller.in_(numbers), calls.c.id.not_in(_running()))
    return list(connection.execute(wanted.order_by(calls.c.started)).scalars())


def find_holdings(connection: Connection, numbers: Collection[str]) -> Holdings:
    """How much there is of a caller."""
    return _holdings(connection, numbers, find_over(connection, numbers))


def _holdings(connection: Connection, numbers: Collection[str], over: Sequence[str]) -> Holdings:
    running = select(calls.c.id).where(calls.c.caller.in_(numbers), calls.c.id.in_(_running()))
    of_messages = messages.c.caller.in_(numbers), messages.c.call_id.not_in(_running())
    return Holdings(
        calls=len(over),
        traces=_count(connection, traces.c.call_id.distinct(), _chunks(traces.c.call_id, over)),
        milestones=_count(connection, milestones.c.id, _chunks(milestones.c.call_id, over)),
        payloads=_count(connection, payloads.c.id, _chunks(payloads.c.call_id, over)),
        memories=_count(connection, memories.c.key, [memories.c.caller.in_(numbers)]),
        messages=_count(connection, messages.c.id, [and_(*of_messages)]),
        outbox=_count(connection, outbox.c.id, _of_outbox(over)),
        in_progress=tuple(connection.execute(running.order_by(calls.c.started)).scalars()),
    )


def find_caller_data(connection: Connection, numbers: Collection[str]) -> CallerData:
    """All that is kept of a caller, of calls in progress too."""
    of_caller = select(calls).where(calls.c.caller.in_(numbers)).order_by(calls.c.started)
    records = [CallRecord(**row) for row in connection.execute(of_caller).mappings()]
    ids = [each.id for each in records]
    kept = (
        select(*(messages.c[name] for name in KeptMessage.__struct_fields__))
        .where(messages.c.caller.in_(numbers))
        .order_by(messages.c.created)
    )
    remembered = select(memories).where(memories.c.caller.in_(numbers)).order_by(memories.c.written)
    given = (
        select(payloads)
        .where(payloads.c.call_id.in_(ids), payloads.c.document.is_not(None))
        .order_by(payloads.c.expires)
    )
    return CallerData(
        records=records,
        traces={each: find_trace(connection, each) for each in ids},
        milestones={each: find_milestones(connection, each) for each in ids},
        payloads=[StoredPayload(**row) for row in connection.execute(given).mappings()],
        memories=[KeptMemory(**row) for row in connection.execute(remembered).mappings()],
        messages=[KeptMessage(**row) for row in connection.execute(kept).mappings()],
    )


def _erase_calls(connection: Connection, over: Sequence[str]) -> Holdings:
    """All of some calls but the messages, whose files go with them."""
    found = _holdings(connection, (), over)
    for key in (traces.c.call_id, payloads.c.call_id, milestones.c.call_id):
        _delete(connection, key.table, _chunks(key, over))
    _delete(connection, outbox, _of_outbox(over))
    _delete(connection, calls, _chunks(calls.c.id, over))
    return found


def _erase_memories(connection: Connection, numbers: Collection[str]) -> Holdings:
    gone = connection.execute(delete(memories).where(memories.c.caller.in_(numbers)))
    return Holdings(memories=gone.rowcount)


def _running() -> Select[Any]:
    return select(sessions.c.call_id)


def _chunks(key: Column[Any], over: Sequence[str]) -> list[ColumnElement[bool]]:
    """That a row belongs to some of these calls."""
    return [key.in_(over[at : at + _CHUNK]) for at in range(0, len(over), _CHUNK)]


def _of_outbox(over: Sequence[str]) -> list[ColumnElement[bool]]:
    """The key of a message begins with the call and a full stop (``<call>.<entry>``)."""
    return [
        or_(*(outbox.c.key.startswith(f"{each}.", autoescape=True) for each in over[at:][:_CHUNK]))
        for at in range(0, len(over), _CHUNK)
    ]


def _count(
    connection: Connection, what: ColumnElement[Any], where: Sequence[ColumnElement[bool]]
) -> int:
    return sum(
        connection.execute(select(func.count(what)).where(which)).scalar_one() for which in where
    )


def _delete(
    connection: Connection, table: FromClause, where: Sequence[ColumnElement[bool]]
) -> None:
    assert isinstance(table, Table)
    for which in where:
        connection.execute(delete(table).where(which))
