"""Messages: a row in the store and a sound file beside it for each.

The file is written first and its row committed behind it; a message without a row is no message,
and its file is swept away. Nobody but the engine's own user may read the folder.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select

from ivrkit.call.call import Call
from ivrkit.call.messages import Keeping, Message
from ivrkit.errors import StoreError
from ivrkit.store import speech
from ivrkit.store.access import Access
from ivrkit.store.database import insert
from ivrkit.store.memories import caller_of
from ivrkit.store.prepared import replacing
from ivrkit.store.tables import messages, sessions

LOG = logging.getLogger(__name__)

SUFFIX = ".wav"
_CHUNK = 200
_ORPHAN_SECONDS = 3600.0
"""A file younger than this may be one whose row is on its way."""


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """How many messages are kept at most, and how many megabytes they take together."""

    most: int = 10_000
    megabytes: float = 2_000.0


class StoredMessages:
    """The port :class:`~ivrkit.call.messages.Messages`, in ``folder``."""

    def __init__(
        self,
        access: Access,
        folder: Path,
        limits: MessageLimits,
        kept: Callable[[], timedelta],
    ) -> None:
        self._access = access
        self._limits = limits
        self._kept = kept
        self._with_call: set[str] = set()
        self._erasing: set[asyncio.Task[None]] = set()
        self.folder = folder

    # ---- the port ------------------------------------------------------------------------------

    async def prepare(self, message: str) -> Message | None:
        """Whether there is room, or the message itself. Raises StoreError.

        It is asked for with what waits to be written: an engine that dies finds the call at its
        recording, and no caller is spoken to while one goes on that nobody knows of."""
        known = select(messages.c.seconds).where(messages.c.id == message)
        all_ = select(func.count(), func.coalesce(func.sum(messages.c.size), 0))
        seconds, (count, size) = await self._access.write(
            lambda c: (c.execute(known).scalar(), c.execute(all_.select_from(messages)).one())
        )
        if seconds is not None:
            return Message(message, seconds)
        if count >= self._limits.most or size >= self._limits.megabytes * 1_000_000:
            raise StoreError(
                f"there is no room for another message: {count} take {size / 1e6:.0f} MB",
                hint="raise messages: in ivrkit.yaml, or keep them for a shorter time",
            )
        return None

    async def keep(
        self, call: Call, message: str, sound: bytes, keeping: Keeping
    ) -> Message | None:
        """Keep a recording; None when nothing is said in it. Raises StoreError."""
        if await asyncio.to_thread(speech.is_silent, sound):
            return None
        seconds = round(speech.length(sound), 1)
        now = call.clock.now()
        until = now + (self._kept() if keeping.keep is None else keeping.keep)
        row = {
            "id": message,
            "call_id": call.id,
            "caller": caller_of(call),
            "flow": keeping.flow,
            "variable": keeping.variable,
            "seconds": seconds,
            "size": len(sound),
            "created": now,
            "with_call": int(keeping.with_call),
            "expires": until,
        }
        if keeping.with_call:
            self._with_call.add(call.id)
        await asyncio.to_thread(self._write, message, sound)
        await self._access.write(lambda connection: _put(connection, row))
        return Message(message, seconds)

    async def erase(self, call: Call, message: str) -> None:
        """Erase a message of this call. Raises StoreError."""
        await self._erase(messages.c.id == message, messages.c.call_id == call.id)

    # ---- housekeeping --------------------------------------------------------------------------

    def call_over(self, call_id: str) -> None:
        """The call has ended: what was to be kept no longer goes, behind."""
        if call_id in self._with_call:
            self._with_call.discard(call_id)
            task = asyncio.create_task(self._erase_behind(call_id))
            self._erasing.add(task)
            task.add_done_callback(self._erasing.discard)

    async def settle(self) -> None:
        """Wait until what :meth:`call_over` has begun is done."""
        await asyncio.gather(*self._erasing)

    async def _erase_behind(self, call_id: str) -> None:
        try:
            await self._erase(messages.c.call_id == call_id, _WITH_CALL)
        except StoreError as error:
            LOG.warning("messages of call %s are erased later: %s", call_id, error)

    async def erase_expired(self, now: datetime) -> int:
        """Erase what was kept long enough, what went with its call, and files that belong to no
        message. Raises StoreError."""
        count = await self._erase(or_(messages.c.expires <= now, and_(_WITH_CALL, _OVER)))
        known = await self._access.query(lambda c: set(c.execute(select(messages.c.id)).scalars()))
        await asyncio.to_thread(self._sweep, known)
        return count

    async def erase_caller(self, number: str) -> int:
        """Erase the messages of a caller whose calls are over. Raises StoreError."""
        return await self._erase(messages.c.caller == number, _OVER)

    async def _erase(self, *which: ColumnElement[bool]) -> int:
        """Rows first: a file without one is swept, a row without a file would be a lie."""
        total = 0
        some = select(messages.c.id).where(*which).limit(_CHUNK)
        statement = delete(messages).where(messages.c.id.in_(some)).returning(messages.c.id)
        while gone := await self._access.write(lambda c: c.execute(statement).scalars().all()):
            await asyncio.to_thread(self._unlink, gone)
            total += len(gone)
        return total

    # ---- files ---------------------------------------------------------------------------------

    def _write(self, message: str, sound: bytes) -> None:
        path = self.folder / f"{message}{SUFFIX}"
        unfinished = path.with_name(f".{path.name}")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(sound)
                file.flush()
                os.fsync(descriptor)  # its row may be on the disk before it: never without it
            unfinished.replace(path)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise StoreError(
                f"a message cannot be written to {self.folder}: {error.strerror or error}",
                hint="check the folder's rights and the disk",
            ) from error

    def _unlink(self, gone: Iterable[str]) -> None:
        for message in gone:
            _remove(self.folder / f"{message}{SUFFIX}", math.inf)

    def _sweep(self, known: set[str]) -> None:
        old = time.time() - _ORPHAN_SECONDS
        for path in self.folder.glob(f"*{SUFFIX}"):
            if path.stem not in known:
                _remove(path, old)


_WITH_CALL = messages.c.with_call != 0
_OVER = messages.c.call_id.not_in(select(sessions.c.call_id))


def _put(connection: Connection, row: dict[str, Any]) -> None:
    """One of the same id is replaced: its step has run once more."""
    new = insert(connection, messages).values(row)
    connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=replacing(new, row)))


def _remove(path: Path, before: float) -> None:
    """A file that nobody has written since. One that cannot be removed keeps no other from going:
    it is tried again with the next sweep."""
    try:
        if path.stat().st_mtime <= before:
            path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        LOG.warning("%s cannot be removed: %s", path, error.strerror or error)
