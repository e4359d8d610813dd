"""Emptying an engine: no new calls, and those in progress may end by themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from ivrkit.engine.admission import Admission

LOG = logging.getLogger(__name__)


class Draining:
    """Of one engine. ``calls`` counts those in progress, ``empty`` waits until there are none.

    New calls find IVRKIT_STATUS=DRAINING and go where they go when there is no engine. An operator
    drains for as long as he likes, and takes it back; an engine that is told to end drains for
    ``drain:`` of ivrkit.yaml at the most, and ends. A call that is in progress then is never hung
    up: it is handed to the next engine.
    """

    def __init__(
        self,
        admission: Admission,
        calls: Callable[[], int],
        empty: Callable[[], Awaitable[None]],
    ) -> None:
        self._admission = admission
        self._calls = calls
        self._empty = empty
        self._until: float | None = None
        self._ending: asyncio.Task[None] | None = None
        self.over = asyncio.Event()
        """Set when the engine is to end now."""

    @property
    def is_on(self) -> bool:
        """Whether no new calls are taken."""
        return self._admission.draining

    @property
    def ends(self) -> bool:
        """Whether the engine ends when it is empty, or its time is up."""
        return self._ending is not None

    @property
    def calls(self) -> int:
        """How many calls are in progress."""
        return self._calls()

    @property
    def seconds_left(self) -> float | None:
        """Until the engine ends, if it does not become empty before; None: it waits for calls
        as long as they last."""
        if self._until is None:
            return None
        return max(0.0, self._until - asyncio.get_running_loop().time())

    def begin(self) -> None:
        """No new calls from now on."""
        if not self.is_on:
            LOG.warning("no new calls are taken from now on; %d in progress", self.calls)
        self._admission.draining = True

    def cancel(self) -> bool:
        """New calls are taken again. False when the engine has been told to end."""
        if not self.ends:
            if self.is_on:
                LOG.warning("new calls are taken again")
            self._admission.draining = False
        return not self.ends

    def let_go(self) -> None:
        """End now, with calls in progress."""
        self.begin()
        self.over.set()

    def end(self, within: float) -> None:
        """End when the last call has ended, or after so many seconds."""
        self.begin()
        self._until = asyncio.get_running_loop().time() + within
        self.stop()
        self._ending = asyncio.create_task(self._end(within), name="ivrkit-drain")

    def stop(self) -> None:
        """Wait for nothing any more."""
        if self._ending is not None:
            self._ending.cancel()

    async def _end(self, within: float) -> None:
        try:
            async with asyncio.timeout(within):
                await self._empty()
        except TimeoutError:
            pass
        self.over.set()
