"""The clock port: real, or virtual."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

T = TypeVar("T")


class Timer(Protocol):
    """Something that will be called at its time."""

    def cancel(self) -> None:
        """Do not call it; no error when it has been called already."""


class Clock(Protocol):
    """What time it is, and the only way to let it pass.

    A call waits only here (through its mailbox, which parks on :meth:`park`), or on work that it
    declared with :meth:`outside`. The virtual clock jumps to the next timer when everybody is
    parked and no outside work is open.
    """

    def now(self) -> datetime:
        """The time of day, with its zone."""

    def time(self) -> float:
        """Seconds that only ever grow; deadlines are counted in them."""

    def random(self) -> float:
        """Chance, 0 ≤ x < 1. The virtual clock's is seeded."""

    def at(self, when: float, call: Callable[[], None]) -> Timer:
        """Call something when :meth:`time` reaches ``when``."""

    def participant(self) -> AbstractContextManager[None]:
        """Everybody whose waiting holds the virtual clock back runs inside one of these."""

    async def park(self, woken: asyncio.Future[None], until: float | None) -> None:
        """Wait until ``woken`` is done or :meth:`time` reaches ``until``, whichever is first.

        ``woken`` belongs to whoever waits, and to nobody else: it is done afterwards, whichever
        was first, and cancelled with the task. Timers due at the same instant fire in the order
        in which they were armed.
        """

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""

    async def outside(self, work: Awaitable[T]) -> T:
        """Wait for work whose end does not depend on this clock (a database, a voice)."""
