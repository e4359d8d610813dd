"""The real clock."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TypeVar

from ivrkit.call.clock import Timer

T = TypeVar("T")


class RealClock:
    """The machine's time; chance from the operating system."""

    __slots__ = ("_chance", "_loop")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._chance = random.SystemRandom()

    def now(self) -> datetime:
        """Local time with its zone."""
        return datetime.now().astimezone()

    def time(self) -> float:
        """The loop's monotonic seconds."""
        return self._loop.time()

    def random(self) -> float:
        """Chance, 0 ≤ x < 1."""
        return self._chance.random()

    def at(self, when: float, call: Callable[[], None]) -> Timer:
        """Call at a time of :meth:`time`."""
        return self._loop.call_at(when, call)

    def participant(self) -> AbstractContextManager[None]:
        """Nobody holds real time back."""
        return contextlib.nullcontext()

    async def park(self, woken: asyncio.Future[None], until: float | None) -> None:
        """Wait until woken, or until the time."""
        if woken.done():
            return
        # Every event of a call comes by here: asyncio.wait() would cost three times as much.
        timer = None if until is None else self._loop.call_at(until, _wake, woken)
        try:
            await woken
        finally:
            if timer is not None:
                timer.cancel()

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""
        await asyncio.sleep(seconds)

    async def outside(self, work: Awaitable[T]) -> T:
        """Wait for the work."""
        return await work


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
