"""What calls that are over have left behind in the files is overwritten, and soon."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from ivrkit.errors import StoreError
from ivrkit.store.database import Database

LOG = logging.getLogger(__name__)

GATHER_SECONDS = 0.5
"""How long others may follow a call that has ended before it is looked whether any is left."""
LATEST_SECONDS = 60.0
"""While there are others, what the first of those that ended has left stays no longer than this."""
AGAIN_SECONDS = 2.0
"""Between two tries, when somebody reads, the store cannot be written, or something is wrong."""


class Overwriting:
    """Has the database overwrite what was erased: as soon as no session is left, else within a
    minute, so that a busy site does it once a minute for all calls that have ended.

    ``any_left`` waits until all that was handed over is committed, and says whether there is a
    session; it raises StoreError, which somebody else tells. Whatever else goes wrong is logged,
    once, and it is tried again.
    """

    def __init__(self, database: Database, any_left: Callable[[], Awaitable[bool]]) -> None:
        self._database = database
        self._any_left = any_left
        self._erased = asyncio.Event()
        self._stands = False
        self._task: asyncio.Task[None] | None = None
        self._told = ""

    def start(self) -> None:
        """Watch over what is erased, until :meth:`end`."""
        if self._database.leaves_erased:
            self._task = asyncio.create_task(self._live(), name="ivrkit-overwriting")

    def soon(self) -> None:
        """Something was erased, or is with the next commit."""
        self._stands = True
        self._erased.set()

    async def now(self) -> None:
        """What was erased and committed is overwritten; where somebody is in the way, soon."""
        if not await self._overwrite():
            self.soon()

    async def end(self) -> None:
        """Nothing is written any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            if self._stands:
                await self._overwrite()
        self._task = None

    async def _live(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._erased.wait()
            latest = loop.time() + LATEST_SECONDS
            await self._until_due(latest)
            while not await self._overwrite():
                await asyncio.sleep(AGAIN_SECONDS)
                await self._until_due(latest)
            self._stands = self._erased.is_set()

    async def _until_due(self, latest: float) -> None:
        """Until all that was erased is committed, and no session is left or the time is over."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(GATHER_SECONDS)
            self._erased.clear()
            try:
                if not await self._any_left() or loop.time() >= latest:
                    return
            except Exception as error:
                if not isinstance(error, StoreError):  # else the writer has told it
                    self._tell(error)
                self._erased.set()
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(latest):
                        await self._erased.wait()

    async def _overwrite(self) -> bool:
        try:
            done = await asyncio.to_thread(self._database.overwrite)
        except Exception as error:
            self._tell(error)
            return False
        self._told = ""
        return done

    def _tell(self, error: Exception) -> None:
        if repr(error) != self._told:
            self._told = repr(error)
            LOG.error(
                "what was erased cannot be overwritten (%s): it is tried again",
                error,
                exc_info=error,
            )
