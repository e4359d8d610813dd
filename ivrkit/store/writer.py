"""The one thread that writes: the newest of everything, in batches, one commit per 15 ms.

The loop hands over under a lock that is held for a dict assignment; it never waits for the disk.
When a batch fails, what nobody waits for is kept (the newest capture of each session) and tried
again with growing pauses; those who wait are told at once.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from ivrkit.call.events import TraceEvent
from ivrkit.errors import LeaseHeld, StoreError
from ivrkit.store.audit import AuditEntry
from ivrkit.store.batch import Batch, Fence, Operation, Written, write
from ivrkit.store.bell import Bell
from ivrkit.store.database import Database
from ivrkit.store.opening import Tables
from ivrkit.store.prepared import Prepared
from ivrkit.store.records import CallRecord
from ivrkit.store.sessions import Origin

T = TypeVar("T")
LOG = logging.getLogger(__name__)

PACE = 0.010
"""Seconds from one commit to the next, at least."""
GATHER = 0.015
"""Seconds that what nobody waits for is held back, so that what follows it is in the same commit:
a step of a call saves several times within a moment. A save must not be older than 20 ms."""
WAIT_SECONDS = 30.0
"""How long anybody waits for a commit. What a call waits for has limits of its own."""
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
_CLOSING_SECONDS = 5.0


@dataclass(slots=True)
class Statistics:
    """What the writer has done since it was started."""

    commits: int = 0
    captures: int = 0
    failures: int = 0
    dropped: int = 0


class Writer:
    """Takes over what is to be written. ``alarm`` and ``clear`` are called on the loop when the
    store begins to fail and when it works again, ``lost`` when another engine has the lease;
    ``committed`` on the writer's thread, with the seconds since the oldest entry was handed
    over."""

    def __init__(
        self,
        database: Database,
        *,
        alarm: Callable[[str], None],
        clear: Callable[[str], None],
        lost: Callable[[LeaseHeld], None],
        committed: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self._database = database
        self._alarm, self._clear, self._lost = alarm, clear, lost
        self._has_committed = committed
        self._lock = threading.Lock()
        self._bell = Bell()
        self._rests = False
        self._urgent = False
        self._stopping = False
        self._given_up = 0.0
        self._batch = Batch()
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None
        self._again = False
        self.tables = Tables.CURRENT
        """How it wants the tables whenever it has to open the store."""
        self._failing = ""
        self._refused = False
        self._doubtful: Batch | None = None
        self._origins: dict[str, Origin] = {}
        self.fence = Fence()
        self.statistics = Statistics()

    # ---- on the loop ---------------------------------------------------------------------------

    async def start(self, tables: Tables = Tables.CURRENT, *, again: bool = False) -> None:
        """Open the store, as :meth:`Database.connect` does, and start the thread. Raises
        StoreError."""
        self.tables, self._again = tables, again
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._open)
        self._thread = threading.Thread(target=self._live, name="ivrkit-store", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Write what waits, then end the thread; a store that fails is given up after 5 s."""
        if self._thread is None:
            return
        self._given_up = time.monotonic() + _CLOSING_SECONDS
        self._stopping = True
        self._bell.ring()
        # A try that is under way then is waited for, too.
        await asyncio.to_thread(self._thread.join, 2 * _CLOSING_SECONDS)
        self._thread = None

    def save(self, call_id: str, capture: bytes | None) -> None:
        """Take over a capture; None forgets the session."""
        with self._lock:
            batch = self._batch
            batch.captures[call_id] = capture
            if not batch.since:
                self._begun(batch)

    def describe(self, call_id: str, flow: str, version: str, channel: str) -> None:
        """Take over what a session is of. It is written with the next capture of the session."""
        with self._lock:
            self._origins[call_id] = Origin(flow, version, channel)

    def append(self, call_id: str, events: Sequence[TraceEvent]) -> None:
        """Take over events; the sequence must not change any more."""
        with self._lock:
            batch = self._batch
            batch.events.append((call_id, events))
            if not batch.since:
                self._begun(batch)

    def record(self, record: CallRecord) -> None:
        """Take over a record."""
        with self._lock:
            batch = self._batch
            batch.records.append(record)
            if not batch.since:
                self._begun(batch)

    def audit(self, entry: AuditEntry) -> None:
        """Take over an entry of the audit."""
        with self._lock:
            batch = self._batch
            batch.audit.append(entry)
            if not batch.since:
                self._begun(batch)

    async def save_ahead(self, call_id: str, capture: bytes) -> None:
        """Take over a capture and wait until it, or a newer one, is committed."""
        answer: asyncio.Future[None] = self._future()
        with self._lock:
            self._batch.captures[call_id] = capture
            self._batch.ahead.append(answer)
            self._hurry()
        async with limited(self._database.name):
            await answer

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run work in the next transaction and wait for its commit. Raises StoreError."""
        answer: asyncio.Future[T] = self._future()
        with self._lock:
            self._batch.operations.append(Operation(work, answer))
            self._hurry()
        async with limited(self._database.name):
            return await answer

    def _future(self) -> asyncio.Future[Any]:
        if self._thread is None or self._stopping:
            raise StoreError(f"the store {self._database.name} is not open")
        return self._loop.create_future()

    def _begun(self, batch: Batch) -> None:
        """The first of a batch was handed over; the thread sees that by itself unless it rests."""
        batch.since = time.monotonic()
        if self._rests:
            self._bell.ring()

    def _hurry(self) -> None:
        """Somebody waits for the batch."""
        self._batch.since = self._batch.since or time.monotonic()
        self._urgent = True
        self._bell.ring()

    @property
    def waiting(self) -> int:
        """How much was handed over and is not in the hands of the thread yet."""
        batch = self._batch
        return len(batch) + len(batch.operations)

    # ---- on the writer's thread ----------------------------------------------------------------

    def _live(self) -> None:
        pause = 0.0
        started = 0.0
        while True:
            self._wait(started, pause)
            batch = self._take()
            if batch.empty and self._doubtful is None:
                if self._stopping:
                    break
                continue
            started = time.monotonic()
            try:
                written = self._write(batch)
            except Exception as error:
                self._failed(batch, error)
                started = time.monotonic()
                pause = min(max(_FIRST_PAUSE, 2 * pause), _LONGEST_PAUSE)
                if self._stopping:
                    if started + pause >= self._given_up:
                        break
                    time.sleep(pause)
            else:
                pause = 0.0
                self._committed(batch, written)
        self._close()

    def _wait(self, started: float, pause: float) -> None:
        """Until there is work, it has gathered, and the pace allows it; after a failure longer.
        Where somebody waits, as soon as the pace allows it.

        While calls are busy the thread looks by itself whether there is work, as often as that
        must be committed: were it woken with the first of it, it would fight with the calls' loop
        for the interpreter in the midst of a step."""
        looked = False
        while not (self._urgent or self._stopping):
            since = self._batch.since
            if since or self._doubtful is not None:
                left = (started + pause if pause else since + GATHER) - time.monotonic()
                if left <= 0.0:
                    break
                self._bell.wait(left)
            elif not looked:
                looked = True
                self._bell.wait(GATHER)
            else:
                self._rest()
        left = started + PACE - time.monotonic()
        if left > 0.0 and not self._stopping:
            time.sleep(left)

    def _rest(self) -> None:
        with self._lock:
            self._rests = not self._batch.since
        if self._rests:
            self._bell.wait()
            self._rests = False

    def _take(self) -> Batch:
        with self._lock:
            self._urgent = False
            batch, self._batch = self._batch, Batch()
            if self._origins:
                for call_id in self._origins.keys() & batch.captures.keys():
                    batch.origins[call_id] = self._origins.pop(call_id)
        return batch

    def _open(self) -> None:
        self._connection = self._database.connect(self.tables, again=self._again)
        self._again = True
        self._prepared = Prepared(self._connection)

    def _write(self, batch: Batch) -> Written:
        if self._connection is not None:
            self._database.check()
        else:
            self._open()
        assert self._connection is not None
        self._look_up_doubtful(self._connection, batch)
        return write(self._prepared, batch, self.fence)

    def _look_up_doubtful(self, connection: Connection, batch: Batch) -> None:
        """Write what may have been committed before the connection was lost once more, unless it
        was: events must not be told twice."""
        if self._doubtful is None:
            return
        with connection.begin():
            committed = self._database.was_committed(connection, self._doubtful.transaction)
        if not committed:
            self.statistics.dropped += self._doubtful.put_before(batch)
        self._doubtful = None

    def _committed(self, batch: Batch, written: Written) -> None:
        self.statistics.commits += 1
        self.statistics.captures += len(batch.captures)
        if batch.since:
            try:
                self._has_committed(time.monotonic() - batch.since)
            except Exception:  # this thread must not end by whoever looks on
                LOG.exception("a commit could not be counted")
        if self._failing:
            self._failing = ""
            self._tell(self._clear, f"the store {self._database.name} is written again")
        if written.refused is not None and not self._refused:
            self._tell(self._lost, written.refused)
        self._refused = written.refused is not None
        if batch.ahead or batch.operations:
            self._tell(_settle, batch, written.answers, written.refused)

    def _failed(self, batch: Batch, error: Exception) -> None:
        self._drop()
        self.statistics.failures += 1
        reason = self._database.complaint(error)
        dropped = 0
        if not self._database.will_pass(error):
            dropped = self._written_apart(batch)
        elif batch.transaction:
            self._doubtful = batch
        else:
            with self._lock:
                dropped = batch.put_before(self._batch)
        self.statistics.dropped += dropped
        if reason.message != self._failing:
            self._failing = reason.message
            self._tell(self._alarm, f"{reason}; calls go on unsaved")
        elif dropped:
            self._tell(self._alarm, f"{reason}; {dropped} entries are lost")
        if batch.ahead or batch.operations:
            self._tell(_settle, batch, [reason] * len(batch.operations), reason)

    def _written_apart(self, batch: Batch) -> int:
        """Among what cannot be written together there is what can: each entry for itself. Those
        that fail are given up, or they would fail for ever and let nothing else through; says how
        many they are."""
        dropped = 0
        later = Batch()
        for each in batch.apart():
            try:
                self._write(each)
            except Exception as error:
                self._drop()
                if self._database.will_pass(error):
                    dropped += later.put_before(each)
                    later = each
                else:
                    dropped += 1
        if len(later):
            with self._lock:
                dropped += later.put_before(self._batch)
                self._batch.since = self._batch.since or time.monotonic()
        return dropped

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # there is nothing left to write
                connection.close()

    def _drop(self) -> None:
        """Let go of a connection that may be broken, without another word to the other side."""
        if self._connection is not None:
            with suppress(Exception):
                self._connection.invalidate()
        self._close()

    def _tell(self, what: Callable[..., None], *arguments: object) -> None:
        # The loop is closed when a process ends without closing its store.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(what, *arguments)


@asynccontextmanager
async def limited(name: str) -> AsyncIterator[None]:
    """Nobody waits for ever. Raises StoreError; what was not begun then is not begun any more."""
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            yield
    except TimeoutError:
        raise StoreError(
            f"the store {name} has not answered within {WAIT_SECONDS:g} s",
            hint="look at its disk, or its server",
        ) from None


def _settle(batch: Batch, answers: Sequence[Any], refused: StoreError | None) -> None:
    """Answer those who wait; runs on the loop."""
    for ahead in batch.ahead:
        _answer(ahead, refused)
    for operation, answer in zip(batch.operations, answers, strict=True):
        _answer(operation.answer, answer)


def _answer(waiting: asyncio.Future[Any], answer: Any) -> None:
    if waiting.done():
        return
    if isinstance(answer, StoreError):
        # A fresh one for each: an exception that is raised twice grows two tracebacks.
        waiting.set_exception(type(answer)(answer.message, hint=answer.hint))
    else:
        waiting.set_result(answer)
