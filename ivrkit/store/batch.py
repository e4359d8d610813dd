"""What waits to be written, and how one batch of it is written in one transaction.

A batch takes as few statements as possible: up to 64 rows in each.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Text,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from ivrkit.call.events import ENCODER, Failed, Milestone, TraceEvent
from ivrkit.errors import LeaseHeld, StoreError
from ivrkit.store.audit import AuditEntry, write_audit
from ivrkit.store.database import Insert, database_of, insert
from ivrkit.store.milestones import milestones_among, write_milestones
from ivrkit.store.prepared import Prepared, Rows, Statement, marks, replacing
from ivrkit.store.records import CallRecord, write_records
from ivrkit.store.sessions import Origin
from ivrkit.store.tables import leases, sessions, traces


@dataclass(slots=True)
class Operation:
    """Work for which somebody waits: run in the batch's transaction, answered after its commit."""

    run: Callable[[Connection], Any]
    answer: asyncio.Future[Any]


@dataclass(slots=True)
class Batch:
    """Everything that was handed over since the last batch. A capture of None forgets a session."""

    captures: dict[str, bytes | None] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    ahead: list[asyncio.Future[None]] = field(default_factory=list)
    events: list[tuple[str, Sequence[TraceEvent]]] = field(default_factory=list)
    records: list[CallRecord] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    transaction: str = ""
    """Set before the commit: by it what became of a commit that was not answered can be asked."""
    since: float = 0.0
    """When the first of it was handed over (``time.monotonic``); 0: not known."""

    @property
    def empty(self) -> bool:
        """True when there is nothing to do."""
        return not (len(self) or self.ahead or self.operations)

    def __len__(self) -> int:
        """How many entries nobody waits for."""
        return len(self.captures) + len(self.events) + len(self.records) + len(self.audit)

    def apart(self) -> Iterator[Batch]:
        """Every entry that nobody waits for, in a batch of its own: a session is there before the
        record of its call, and goes when all else of it is written. Who finds a call without one
        takes it to be over."""
        gone = [call_id for call_id, capture in self.captures.items() if capture is None]
        for call_id, capture in self.captures.items():
            if capture is not None:
                yield Batch(captures={call_id: capture}, origins=self.origins)
        for group in self.events:
            yield Batch(events=[group])
        for record in self.records:
            yield Batch(records=[record])
        for entry in self.audit:
            yield Batch(audit=[entry])
        for call_id in gone:
            yield Batch(captures={call_id: None})

    def put_before(self, newer: Batch) -> int:
        """Put what nobody waits for back before what came since; the newest capture wins.

        Returns how many entries had to go because too many were waiting: the oldest.
        """
        newer.since = self.since or newer.since
        newer.captures = self.captures | newer.captures
        newer.origins = self.origins | newer.origins
        newer.events = self.events + newer.events
        newer.records = self.records + newer.records
        newer.audit = self.audit + newer.audit
        dropped = 0
        while len(newer.captures) > MOST_WAITING:
            del newer.captures[next(iter(newer.captures))]
            dropped += 1
        for waiting in (newer.events, newer.records, newer.audit):
            surplus = max(0, len(waiting) - MOST_WAITING)
            del waiting[:surplus]
            dropped += surplus
        return dropped


MOST_WAITING = 100_000
"""How many captures, groups of events, records and entries of the audit are kept while the store
cannot be written."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Under which lease captures are written. Without one (a simulator) the epoch is 0."""

    application: str = ""
    epoch: int = 0

    def check(self, prepared: Prepared) -> LeaseHeld | None:
        """Says so when another engine has the application now."""
        if not self.application:
            return None
        row = _HOLDER.one(prepared, self.application)
        if row is not None and row[0] == self.epoch:
            return None
        owner = (row[1] if row else "") or "nobody"
        return LeaseHeld(
            f"the application {self.application!r} has passed to another engine ({owner})",
            hint="this engine no longer saves calls; stop it",
        )


@dataclass(slots=True)
class Written:
    """What came of a batch: an answer (or an error) for each operation; ``refused`` when another
    engine owns the application, so that captures and records were not written."""

    answers: list[Any]
    refused: LeaseHeld | None = None


def write(prepared: Prepared, batch: Batch, fence: Fence) -> Written:
    """Write a batch in one transaction. Raises what the database raises; then nothing of it is
    written."""
    points = milestones_among(batch.events)
    if batch.operations or points:  # they are asked for through SQLAlchemy
        with prepared.connection.begin():
            return _write_all(prepared, batch, fence, points)
    prepared.database.begin(prepared.driver)
    try:
        written = _write_all(prepared, batch, fence, points)
        prepared.driver.commit()
    except BaseException:
        with suppress(Exception):  # what went wrong first is what is told
            prepared.driver.rollback()
        raise
    return written


def _write_all(
    prepared: Prepared, batch: Batch, fence: Fence, points: Sequence[tuple[str, Milestone]]
) -> Written:
    refused = fence.check(prepared)
    if refused is None:
        _write_captures(prepared, batch, fence)
        if batch.records:
            write_records(prepared, batch.records)
    if batch.events:
        _write_events(prepared, batch.events)
    connection = prepared.connection
    if points:
        write_milestones(connection, points)
    if batch.audit:
        write_audit(prepared, batch.audit)
    answers = [_answer(connection, operation) for operation in batch.operations]
    if batch.events or batch.audit:  # all else may be written twice
        batch.transaction = prepared.database.transaction(connection)
    return Written(answers, refused)


def _answer(connection: Connection, operation: Operation) -> Any:
    """An operation that is refused must not take the batch with it."""
    if operation.answer.cancelled():
        return None  # nobody waits for it any more
    driver: Any = connection.connection.driver_connection
    driver.execute("SAVEPOINT operation")  # SQLAlchemy's own way takes 0.3 ms
    try:
        answer = operation.run(connection)
    except (StoreError, IntegrityError, ProgrammingError, DataError) as error:
        driver.execute("ROLLBACK TO operation")
        refused = isinstance(error, StoreError)
        answer = error if refused else StoreError(f"refused: {database_of(connection).said(error)}")
    driver.execute("RELEASE operation")
    return answer


def _save(connection: Connection, size: int) -> Insert:
    new = insert(connection, sessions)
    known = {
        name: func.coalesce(func.nullif(new.excluded[name], literal_column("''")), sessions.c[name])
        for name in _ORIGIN
    }
    return new.values(marks(sessions, _SAVED, size)).on_conflict_do_update(
        index_elements=["call_id"],
        set_=replacing(new, ("application", "epoch", "saved", "capture")) | known,
        where=or_(
            new.excluded.application != sessions.c.application,
            new.excluded.epoch >= sessions.c.epoch,
        ),
    )


def _forget(connection: Connection, size: int) -> Delete:
    gone = [bindparam(f"call_{each}", type_=Text()) for each in range(size)]
    return delete(sessions).where(sessions.c.call_id.in_(gone))


_ORIGIN = Origin._fields[:3]
_UNTOLD = ("",) * len(_ORIGIN)
"""What was told of a session before is kept."""
_SAVED = ("call_id", "application", "epoch", "saved", "capture", *_ORIGIN)
_SAVE = Rows(_save)
_FORGET = Rows(_forget)
_TRACED = ("call_id", "written", "events")
_TRACE = Rows(
    lambda connection, size: insert(connection, traces).values(marks(traces, _TRACED, size))
)
# For share: who takes the lease over waits for what is being written under it.
_HOLDER = Statement(
    lambda connection: (
        select(leases.c.epoch, leases.c.owner)
        .where(leases.c.application == bindparam("application", type_=Text()))
        .with_for_update(read=True)
    )
)


def _write_captures(prepared: Prepared, batch: Batch, fence: Fence) -> None:
    now, application, epoch, origins = time.time(), fence.application, fence.epoch, batch.origins
    saved: list[tuple[object, ...]] = []
    gone: list[tuple[str]] = []
    for call_id, capture in batch.captures.items():
        if capture is None:
            gone.append((call_id,))
        else:
            origin = origins.get(call_id, _UNTOLD)
            saved.append((call_id, application, epoch, now, capture, *origin[:3]))
    if saved:
        _SAVE.run(prepared, saved)
    if gone:
        _FORGET.run(prepared, gone)


def _write_events(prepared: Prepared, groups: Sequence[tuple[str, Sequence[TraceEvent]]]) -> None:
    of_calls: dict[str, list[TraceEvent]] = {}
    for call_id, events in groups:
        of_calls.setdefault(call_id, []).extend(events)
    now = time.time()
    _TRACE.run(
        prepared,
        [(call_id, now, _lines(events)) for call_id, events in of_calls.items() if events],
    )


def _lines(events: Sequence[TraceEvent]) -> bytes:
    """Events as lines of JSON, all at once where all can be."""
    try:
        return ENCODER.encode_lines(events)[:-1]
    except (TypeError, ValueError, RecursionError):
        return b"\n".join(map(_encode, events))


def _encode(event: TraceEvent) -> bytes:
    """One event as a line of JSON; one that holds what JSON cannot says so in its place."""
    try:
        return ENCODER.encode(event)
    except (TypeError, ValueError, RecursionError) as error:
        name = type(event).__name__
        return ENCODER.encode(
            Failed(at=event.at, code="trace", message=f"{name} cannot be recorded: {error}")
        )
