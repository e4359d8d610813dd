"""Work that goes on while the call does something else. It has one owner and ends with it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from ivrkit.call.clock import Clock
from ivrkit.errors import NotAvailable

LOG = logging.getLogger(__name__)

FINISH_SECONDS = 10.0
"""How long a write that has started may go on once nobody waits for it any more."""
GIVE_UP_SECONDS = 5.0
"""How long work that was cancelled may take to end."""


class Operation:
    """The work of a step, from its beginning to its end.

    ``depth`` is that of the frame that stands at the step, ``until`` when it is over by itself,
    where only time has to pass. ``wake`` is called when it is done. ``writes``: it may not be done
    twice, and is let finish.
    """

    __slots__ = ("_clock", "_task", "depth", "started", "until", "writes")

    def __init__(
        self,
        clock: Clock,
        work: Awaitable[Any] | float,
        depth: int,
        wake: Callable[[], None],
        *,
        writes: bool = False,
    ) -> None:
        self._clock = clock
        self.depth = depth
        self.writes = writes
        self.started = clock.time()
        self.until: float | None = None
        self._task: asyncio.Task[Any] | None = None
        if isinstance(work, int | float):
            self.until = self.started + work
        else:
            self._task = asyncio.ensure_future(clock.outside(work))
            self._task.add_done_callback(lambda _: _over(work, wake))

    @property
    def done(self) -> bool:
        """Whether it has come to its end."""
        if self._task is not None:
            return self._task.done()
        return self.until is not None and self._clock.time() >= self.until

    @property
    def lasted(self) -> float:
        """Seconds since it began."""
        return self._clock.time() - self.started

    def result(self) -> Any:
        """What came of it, or the error that it ended with. Raises NotAvailable for work that was
        cancelled by somebody else."""
        if self._task is None:
            return None
        if self._task.cancelled():
            raise NotAvailable("the work of this step was broken off", hint="see the log")
        return self._task.result()

    async def let_finish(self, until: float) -> bool:
        """Wait for its end, though nobody needs the result; False if it was cancelled at that
        time."""
        task = self._task
        if task is not None and not task.done():
            woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            task.add_done_callback(lambda _: None if woken.done() else woken.set_result(None))
            try:
                await self._clock.park(woken, until)
            except asyncio.CancelledError:  # the engine stops
                await self.cancel()
                raise
        finished = self.done
        await self.cancel()
        return finished

    async def cancel(self) -> None:
        """It is not needed any more. Returns when it has ended."""
        task = self._task
        if task is None:
            return
        task.cancel()
        if not task.done():
            ended = asyncio.wait({task}, timeout=GIVE_UP_SECONDS)
            await self._clock.outside(ended)
        if not task.done():
            LOG.error("work that was cancelled does not end: %r", task)
            return
        with contextlib.suppress(asyncio.CancelledError):
            error = task.exception()
            if error is not None:
                LOG.info("work that nobody waits for any more has failed: %s", error)


def _over(work: Awaitable[Any], wake: Callable[[], None]) -> None:
    """The task has ended, perhaps before the work began."""
    if isinstance(work, Coroutine):
        work.close()
    wake()
