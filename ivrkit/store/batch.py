"""What waits to be written, and how one batch of it is written in one transaction.

The writer thread competes for the interpreter with the loop that carries the calls, and every
SQLite statement gives the interpreter away and has to win it back. So a batch takes as few
statements as possible: up to 64 rows in each.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from ivrkit.call.events import ENCODER, Failed, TraceEvent
from ivrkit.errors import LeaseHeld, StoreError
from ivrkit.store.milestones import write_milestones
from ivrkit.store.records import CallRecord, write_records

_CHUNKS = (64, 16, 4, 1)


@dataclass(slots=True)
class Operation:
    """Work for which somebody waits: run in the batch's transaction, answered after its commit."""

    run: Callable[[sqlite3.Connection], Any]
    answer: asyncio.Future[Any]


@dataclass(slots=True)
class Batch:
    """Everything that was handed over since the last batch. A capture of None forgets a session."""

    captures: dict[str, bytes | None] = field(default_factory=dict)
    ahead: list[asyncio.Future[None]] = field(default_factory=list)
    events: list[tuple[str, Sequence[TraceEvent]]] = field(default_factory=list)
    records: list[CallRecord] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """True when there is nothing to do."""
        return not (self.captures or self.ahead or self.events or self.records or self.operations)

    def put_before(self, newer: Batch) -> int:
        """Put what nobody waits for back before what came since; the newest capture wins.

        Returns how many entries had to go because too many were waiting: the oldest.
        """
        newer.captures = self.captures | newer.captures
        newer.events = self.events + newer.events
        newer.records = self.records + newer.records
        dropped = 0
        while len(newer.captures) > MOST_WAITING:
            del newer.captures[next(iter(newer.captures))]
            dropped += 1
        for waiting in (newer.events, newer.records):
            surplus = max(0, len(waiting) - MOST_WAITING)
            del waiting[:surplus]
            dropped += surplus
        return dropped


MOST_WAITING = 100_000
"""How many captures, groups of events and records are kept while the store cannot be written."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Under which lease captures are written. Without one (a simulator) the epoch is 0."""

    application: str = ""
    epoch: int = 0

    def check(self, connection: sqlite3.Connection) -> LeaseHeld | None:
        """Says so when another engine has the application now."""
        if not self.application:
            return None
        row = connection.execute(
            "SELECT epoch, owner FROM leases WHERE application = ?", (self.application,)
        ).fetchone()
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


def write(connection: sqlite3.Connection, batch: Batch, fence: Fence) -> Written:
    """Write a batch in one transaction. Raises sqlite3.Error; then nothing of it is written."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        refused = fence.check(connection)
        if refused is None:
            _write_captures(connection, batch.captures, fence)
            if batch.records:
                write_records(connection, batch.records)
        _write_events(connection, batch.events)
        write_milestones(connection, batch.events)
        answers = [_answer(connection, operation) for operation in batch.operations]
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself after some errors (a full disk).
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return Written(answers, refused)


def _answer(connection: sqlite3.Connection, operation: Operation) -> Any:
    """An operation that is refused must not take the batch with it."""
    connection.execute("SAVEPOINT operation")
    try:
        answer = operation.run(connection)
    except (StoreError, sqlite3.IntegrityError, sqlite3.ProgrammingError) as error:
        connection.execute("ROLLBACK TO operation")
        answer = error if isinstance(error, StoreError) else StoreError(f"refused: {error}")
    connection.execute("RELEASE operation")
    return answer


class _Rows:
    """One statement for many rows, in the few lengths that SQLite then keeps prepared."""

    def __init__(self, head: str, row: str, tail: str = "") -> None:
        self._statements = {
            size: f"{head} {', '.join([row] * size)} {tail}".strip() for size in _CHUNKS
        }

    def run(self, connection: sqlite3.Connection, rows: Sequence[Iterable[object]]) -> None:
        at = 0
        for size, statement in self._statements.items():
            while len(rows) - at >= size:
                chunk = rows[at : at + size]
                connection.execute(statement, list(chain.from_iterable(chunk)))
                at += size


_SAVE = _Rows(
    "INSERT INTO sessions (call_id, application, epoch, saved, capture) VALUES",
    "(?, ?, ?, ?, ?)",
    "ON CONFLICT (call_id) DO UPDATE SET application = excluded.application, "
    "epoch = excluded.epoch, saved = excluded.saved, capture = excluded.capture "
    "WHERE excluded.application != application OR excluded.epoch >= epoch",
)
_FORGET = _Rows("DELETE FROM sessions WHERE call_id IN (VALUES", "(?)", ")")
_TRACE = _Rows("INSERT INTO traces (call_id, written, events) VALUES", "(?, ?, ?)")


def _write_captures(
    connection: sqlite3.Connection, captures: dict[str, bytes | None], fence: Fence
) -> None:
    now = time.time()
    saved = [
        (call_id, fence.application, fence.epoch, now, capture)
        for call_id, capture in captures.items()
        if capture is not None
    ]
    _SAVE.run(connection, saved)
    _FORGET.run(connection, [(call_id,) for call_id, kept in captures.items() if kept is None])


def _write_events(
    connection: sqlite3.Connection, groups: Sequence[tuple[str, Sequence[TraceEvent]]]
) -> None:
    lines: dict[str, list[bytes]] = {}
    for call_id, events in groups:
        lines.setdefault(call_id, []).extend(_encode(event) for event in events)
    now = time.time()
    _TRACE.run(
        connection, [(call_id, now, b"\n".join(each)) for call_id, each in lines.items() if each]
    )


def _encode(event: TraceEvent) -> bytes:
    """One event as a line of JSON; one that holds what JSON cannot says so in its place."""
    try:
        return ENCODER.encode(event)
    except (TypeError, ValueError, RecursionError) as error:
        name = type(event).__name__
        return ENCODER.encode(
            Failed(at=event.at, code="trace", message=f"{name} cannot be recorded: {error}")
        )
