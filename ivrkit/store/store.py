"""The store: what the engine saves, and what everybody reads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection

from ivrkit.call.events import TraceEvent
from ivrkit.errors import LeaseHeld, StoreError
from ivrkit.store import flow_versions, leases, payloads, reading, records, retention
from ivrkit.store.audit import AuditEntry, AuditQuery, find_audit
from ivrkit.store.batch import Fence
from ivrkit.store.callers import StoredCallers
from ivrkit.store.database import HolderLock, database_at
from ivrkit.store.flow_versions import StoredFlow
from ivrkit.store.memories import MemoryLimits, StoredMemories
from ivrkit.store.messages import MessageLimits, StoredMessages
from ivrkit.store.milestones import KeptMilestone, find_milestones
from ivrkit.store.opening import Tables
from ivrkit.store.outbox import StoredOutbox, expired_outbox
from ivrkit.store.overwriting import Overwriting
from ivrkit.store.payloads import StoredPayload
from ivrkit.store.records import CallRecord, RecordQuery
from ivrkit.store.retention import Erased, Retention
from ivrkit.store.sealing import Sealer
from ivrkit.store.sessions import Origin, find_origin
from ivrkit.store.writer import Statistics, Writer

T = TypeVar("T")

_ASK_SECONDS = 0.2
_OUTBOX_KEYS = timedelta(days=7)
"""How long the key of a message that was sent is known."""
MEDIA = "media"
"""The folder beside a file in which messages are kept, if no other is named."""


def _unheard(_text: object) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class Observer:
    """Whom the store tells, on the loop: ``alarm`` when it begins to fail, ``clear`` when it
    works again, ``wanted`` as long as another engine asks for the lease (hand over, then release),
    ``lost`` when another engine has it; and, on the writer's thread, ``committed`` after each
    commit, with the seconds since the oldest entry of it was handed over."""

    alarm: Callable[[str], None] = _unheard
    clear: Callable[[str], None] = _unheard
    wanted: Callable[[str], None] = _unheard
    lost: Callable[[LeaseHeld], None] = _unheard
    committed: Callable[[float], None] = _unheard


class Store:
    """One database, its writer and its readers: a URL, or the path of a file.

    ``save``, ``append``, ``forget`` and the records are *behind*: they never block, wait or
    raise, and are committed within about 20 ms. ``save_ahead`` and the other coroutines return
    when what they wrote is committed (it then survives the death of this process; for the loss of
    power see :class:`~ivrkit.store.databases.sqlite.SQLite`) and raise StoreError when it cannot
    be. What is read is what has been committed.

    ``memories``, ``messages`` and ``outbox`` implement the ports of these names; the sounds of
    messages are files in ``media``. ``key`` (32 bytes) seals secrets, ``old_keys``
    open what was sealed before it came; the captures' author uses :attr:`sealer`.
    """

    def __init__(
        self,
        where: URL | Path | str,
        *,
        key: bytes | None = None,
        old_keys: Sequence[bytes] = (),
        retention: Retention | None = None,
        power_safe: bool = False,
        observer: Observer | None = None,
        media: Path | None = None,
        limits: MessageLimits | None = None,
        memory: MemoryLimits | None = None,
    ) -> None:
        self.database = database_at(where, power_safe=power_safe)
        self.sealer = Sealer(key, old_keys)
        self.retention = retention or Retention()
        self.observer = observer or Observer()
        self._writer = Writer(
            self.database,
            alarm=lambda text: self.observer.alarm(text),
            clear=lambda text: self.observer.clear(text),
            lost=lambda error: self.observer.lost(error),
            committed=lambda seconds: self.observer.committed(seconds),
        )
        self._reader: reading.Reader | None = None
        self._lock: HolderLock | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._renewed = 0.0
        self._renew_now = asyncio.Event()
        self.memories = StoredMemories(self, lambda: self.retention.memory, memory)
        self.messages = StoredMessages(
            self,
            media or self.database.folder / MEDIA,
            limits or MessageLimits(),
            lambda: self.retention.media,
        )
        self._overwriting = Overwriting(
            self.database, lambda: self._writer.run(reading.has_sessions)
        )
        self.callers = StoredCallers(self, self.messages, self._overwriting.now)
        self.outbox = StoredOutbox(self, self.sealer, lambda: self._writer.fence.application)
        self.save = self._writer.save
        """``save(call_id, capture)``: the newest capture of a session, behind."""
        self.describe = self._writer.describe
        """``describe(call_id, flow, version, channel)``: what a session is of, behind."""
        self.append = self._writer.append
        """``append(call_id, events)``: events of the trace, behind; the sequence is handed over."""

    async def open(self, tables: Tables = Tables.CURRENT, *, again: bool = False) -> None:
        """Open it, with its tables as they are asked for; ``again``: this process has had it before
        (:func:`~ivrkit.store.opening.fit`). Raises StoreError with one line and its remedy."""
        await self._writer.start(tables, again=again)
        self._reader = reading.Reader(self.database)
        self._overwriting.start()

    async def upgrade(self) -> None:
        """Bring the tables of a store that is open up to this version. Raises StoreError."""
        await asyncio.to_thread(self._upgrade)
        self._writer.tables = Tables.CURRENT

    def _upgrade(self) -> None:
        self.database.connect(again=True).close()

    async def close(self) -> None:
        """Write what waits, give the lease back, end the threads."""
        if self._reader is None:
            return
        await self.messages.settle()
        with suppress(StoreError):
            await self.release()
        await self._writer.stop()
        reader, self._reader = self._reader, None
        await asyncio.to_thread(reader.close)
        await self._overwriting.end()

    @property
    def statistics(self) -> Statistics:
        """Commits, captures, failures since the store was opened."""
        return self._writer.statistics

    @property
    def waiting(self) -> int:
        """How many entries wait to be written."""
        return self._writer.waiting

    @property
    def read(self) -> reading.Reader:
        """The reading side, for queries of one's own. Raises StoreError when it is not open."""
        if self._reader is None:
            raise StoreError(f"the store {self.database.name} is not open")
        return self._reader

    async def flush(self) -> None:
        """Wait until all that was handed over before is committed. Raises StoreError."""
        await self._writer.run(lambda connection: None)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run work in the next transaction and wait for its commit. Raises StoreError."""
        return await self._writer.run(work)

    async def query(self, work: Callable[[Connection], T]) -> T:
        """Run a query over what has been committed. Raises StoreError."""
        return await self.read.run(work)

    # ---- sessions ------------------------------------------------------------------------------

    async def save_ahead(self, call_id: str, capture: bytes) -> None:
        """Save and wait for the commit. Raises StoreError (LeaseHeld: another engine has it)."""
        await self._writer.save_ahead(call_id, capture)

    def forget(self, call_id: str) -> None:
        """The call is over: its session goes, and soon from the files too; its trace and record
        stay."""
        self._writer.save(call_id, None)
        self._overwriting.soon()

    async def sessions(self) -> list[tuple[str, bytes]]:
        """Every session of the application whose lease is held; without a lease, those that were
        saved without one."""
        application = self._writer.fence.application
        return await self.read.run(lambda c: reading.find_sessions(c, application))

    async def session(self, call_id: str) -> bytes | None:
        """The newest committed capture of a session."""
        return await self.read.run(lambda c: reading.find_session(c, call_id))

    async def origin(self, call_id: str) -> Origin | None:
        """What is kept of a session beside its capture."""
        return await self.read.run(lambda c: find_origin(c, call_id))

    # ---- traces and records --------------------------------------------------------------------

    async def trace(self, call_id: str) -> list[TraceEvent]:
        """The committed events of a call in their order."""
        return await self.read.run(lambda c: reading.find_trace(c, call_id))

    def put_record(self, record: CallRecord) -> None:
        """A call has begun, is over, or something of it has changed: the row is written, behind.
        Fields that are empty keep what was written before."""
        self._writer.record(record)

    async def records(self, query: RecordQuery | None = None) -> list[CallRecord]:
        """The records that a query asks for, newest first."""
        wanted = query or RecordQuery()
        return await self.read.run(lambda c: records.find_records(c, wanted))

    async def record(self, call_id: str) -> CallRecord | None:
        """The record of one call."""
        return await self.read.run(lambda c: records.find_record(c, call_id))

    async def milestones(self, call_id: str) -> list[KeptMilestone]:
        """The named points of one call in their order."""
        return await self.read.run(lambda c: find_milestones(c, call_id))

    # ---- the audit -----------------------------------------------------------------------------

    def put_audit(self, entry: AuditEntry) -> None:
        """Somebody has done something through the API: an entry is added, behind."""
        self._writer.audit(entry)

    async def audit(self, query: AuditQuery | None = None) -> list[AuditEntry]:
        """The entries that a query asks for, newest first."""
        wanted = query or AuditQuery()
        return await self.read.run(lambda c: find_audit(c, wanted))

    # ---- payloads and flow versions ------------------------------------------------------------

    async def put_payload(
        self,
        payload_id: str,
        document: bytes,
        expires: datetime | None = None,
        *,
        call_id: str = "",
    ) -> None:
        """Store a payload (by default as long as the retention says) and wait for the commit."""
        until = expires or datetime.now(UTC) + self.retention.payload
        payload = StoredPayload(payload_id, call_id, until, document)
        await self._writer.run(lambda c: payloads.write_payload(c, payload))

    async def payload(self, payload_id: str, now: datetime | None = None) -> StoredPayload | None:
        """A payload; its document is None once it has expired."""
        moment = now or datetime.now(UTC)
        return await self.read.run(lambda c: payloads.find_payload(c, payload_id, moment))

    async def expire_payload(self, payload_id: str) -> bool:
        """End a payload before its time; False when it is not known."""
        now = datetime.now(UTC)
        return await self._writer.run(lambda c: payloads.expire_payload(c, payload_id, now))

    async def put_flow_version(
        self, version_hash: str, name: str, sources: Mapping[str, Any]
    ) -> None:
        """Store a flow's closure (plain data by name) and wait for the commit."""
        version = StoredFlow(version_hash, name, datetime.now(UTC), sources)
        await self._writer.run(lambda c: flow_versions.write_flow_version(c, version))

    async def flow_version(self, version_hash: str) -> StoredFlow | None:
        """The closure of this hash."""
        return await self.read.run(lambda c: flow_versions.find_flow_version(c, version_hash))

    # ---- the lease -----------------------------------------------------------------------------

    @property
    def holds(self) -> bool:
        """Whether the lease was renewed within its time, so that nobody else may have it yet."""
        since = asyncio.get_running_loop().time() - self._renewed
        return self._renewing is not None and since < leases.VALID_SECONDS

    @property
    def renewed(self) -> float:
        """When the last renewal began that has come to pass, on the loop's clock."""
        return self._renewed

    def renew_soon(self) -> None:
        """Renew the lease now, and find out whether another engine has it."""
        self._renew_now.set()

    async def acquire(
        self,
        application: str,
        owner: str,
        *,
        take_over: bool = False,
        patience: float = leases.VALID_SECONDS,
    ) -> int:
        """Become the engine of an application; captures are written under the epoch returned.

        While another engine holds it: LeaseHeld, which names it. With ``take_over`` it is asked
        to hand over, and after ``patience`` seconds the lease is taken whether it did or not.
        """
        lock = self.database.holder_lock(application)
        claim = partial(leases.claim, application=application, owner=owner, lock=lock)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        try:
            got = await self._writer.run(partial(claim, ask=take_over))
            while not got.epoch:
                if not take_over:
                    raise LeaseHeld(
                        f"the application {application!r} is in the hands of {got.holder} "
                        f"(seen {got.age:.1f} s ago)",
                        hint="stop that engine, or start with --take-over",
                    )
                await asyncio.sleep(_ASK_SECONDS)
                force = loop.time() >= deadline
                got = await self._writer.run(partial(claim, ask=True, force=force))
        except BaseException:
            lock.drop()
            raise
        self._lock = lock
        self._writer.fence = Fence(application, got.epoch)
        self._renewed = loop.time()
        self._renewing = asyncio.create_task(self._renew(lock), name="ivrkit-lease")
        return got.epoch

    async def _renew(self, lock: HolderLock) -> None:
        fence = self._writer.fence
        renew = partial(leases.renew, application=fence.application, epoch=fence.epoch, lock=lock)
        while True:
            self._renew_now.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._renew_now.wait(), leases.RENEW_SECONDS)
            began = asyncio.get_running_loop().time()
            try:
                wanted = await self._writer.run(renew)
            except StoreError:
                continue  # the writer has raised the alarm, and the time runs
            if wanted is None:
                return  # the writer tells `lost` with its first batch under the old epoch
            self._renewed = began
            if wanted:
                self.observer.wanted(wanted)

    async def release(self) -> None:
        """Give the lease back after all that waits is written. Raises StoreError."""
        lock, self._lock = self._lock, None
        renewing, self._renewing = self._renewing, None
        if lock is None or renewing is None:
            return
        renewing.cancel()
        fence = self._writer.fence
        give_back = partial(leases.release, application=fence.application, epoch=fence.epoch)
        try:
            await self._writer.run(give_back)
            self._writer.fence = Fence()
        finally:
            lock.drop()

    # ---- retention -----------------------------------------------------------------------------

    async def erase_expired(
        self, now: datetime | None = None, *, in_service: Collection[str] = ()
    ) -> Erased:
        """Erase what has been kept long enough, and flow versions that nothing names any more
        (``in_service``: hashes that stay in any case). Raises StoreError."""
        now = now or datetime.now(UTC)
        kept = self.retention
        erased = Erased(
            traces=await self._erase(retention.expired_traces(now - kept.trace)),
            records=await self._erase(retention.expired_records(now - kept.record)),
            payloads=await self._erase(retention.expired_documents(now)),
            versions=await self._erase(retention.unused_versions(now, in_service)),
            memories=await self._erase(retention.expired_memories(now)),
            messages=await self.messages.erase_expired(now),
            audit=await self._erase(retention.expired_audit(now - kept.audit)),
        )
        await self._erase(retention.orphaned_milestones())
        await self._erase(expired_outbox(now - _OUTBOX_KEYS))
        await self._erase(retention.expired_payload_ids(now - kept.trace))
        await self._overwriting.now()
        return erased

    async def _erase(self, step: retention.Step) -> int:
        total = 0
        while count := await self._writer.run(step):
            total += count
        return total
