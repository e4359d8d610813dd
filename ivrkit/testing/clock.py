"""A clock whose time passes only when nobody has anything left to do at this instant."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import methodcaller
from typing import Any, TypeVar

from ivrkit.errors import IvrkitError

T = TypeVar("T")

START = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
"""When virtual time begins if nobody says otherwise: a Monday, at ten."""

_is_done = methodcaller("done")
_FIRST, _USUAL, _LAST = 0, 1, 2


class NothingLeft(IvrkitError):
    """Everybody waits and no timer is armed: nothing can ever happen again."""

    code = "nothing_left"


class _Timer:
    """A call at its time; lies in the heap until its time even when it was cancelled."""

    __slots__ = ("call", "when")

    def __init__(self, when: float, call: Callable[[], None]) -> None:
        self.when = when
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Do not call it."""
        self.call = None


class VirtualClock:
    """Jumps to the next timer when every participant is parked and no outside work is open.

    Timers due at the same instant fire one by one in the order in which they were armed, and
    everybody whom one wakes runs until he waits again before the next one fires. Those of a
    :meth:`player` fire before all others (keys before timers), except that a player who waits for
    no time at all waits until everything that is due has happened. Times that differ by less than
    a microsecond are the same instant. Chance is seeded, so that a run repeats exactly.

    When everybody waits for what no timer can bring, :class:`NothingLeft` is raised where the
    players wait (where everybody waits, if there is no player).
    """

    def __init__(self, start: datetime = START, *, seed: int = 0) -> None:
        self._start = start
        self._time = 0.0
        self._chance = random.Random(seed)  # noqa: S311
        self._timers: list[tuple[float, int, int, _Timer]] = []
        self._order = itertools.count()
        self._participants: dict[asyncio.Task[Any], bool] = {}
        self._running = 0  # participants that are not parked
        self._parked: dict[asyncio.Task[Any], asyncio.Future[None]] = {}
        self._outside: dict[asyncio.Task[Any], int] = {}
        self._held = 0
        self._scheduled = False
        self._considered = 0

    # ---- the clock -----------------------------------------------------------------------------

    def now(self) -> datetime:
        """The time of day, in the zone of the start."""
        return self._start + timedelta(seconds=self._time)

    def time(self) -> float:
        """Seconds since the start."""
        return self._time

    def random(self) -> float:
        """Chance, 0 ≤ x < 1, the same in every run."""
        return self._chance.random()

    def at(self, when: float, call: Callable[[], None]) -> _Timer:
        """Call something when :meth:`time` reaches ``when``."""
        timer = self._arm(when, call, _USUAL)
        self._consider()
        return timer

    def participant(self) -> AbstractContextManager[None]:
        """Time stands still while the task inside is not parked."""
        return self._taking_part(plays=False)

    def player(self) -> AbstractContextManager[None]:
        """As :meth:`participant`, for the one who plays the world around a call: its timers fire
        before others that are due at the same instant."""
        return self._taking_part(plays=True)

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Time stands still inside, whoever waits."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            self._consider_later()

    def back_to(self, when: float) -> None:
        """It is earlier again: what has happened since is to happen once more. Timers stay at
        their times."""
        self._time = min(self._time, when)

    async def outside(self, work: Awaitable[T]) -> T:
        """Wait for work that takes real time; virtual time stands still meanwhile. Where the work
        itself waits on this clock (a service that a script gives), time passes."""
        task = asyncio.current_task()
        assert task is not None
        self._outside[task] = self._outside.get(task, 0) + 1
        try:
            with self.hold():
                return await work
        finally:
            self._outside[task] -= 1
            if not self._outside[task]:
                del self._outside[task]

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds; ``0`` until everybody else waits too."""
        await self.park(asyncio.get_running_loop().create_future(), self._time + seconds)

    async def park(self, woken: asyncio.Future[None], until: float | None) -> None:
        """Wait until ``woken`` is done or the time is reached. Raises NothingLeft when neither
        can come any more."""
        if woken.done():
            return
        task = asyncio.current_task()
        assert task is not None
        plays = self._participants.get(task)
        timer = None
        if until is not None:
            rank = _USUAL if not plays else _FIRST if until > self._time else _LAST
            timer = self._arm(until, partial(_wake, woken), rank)
        holds = self._outside.get(task, 0)
        self._held -= holds
        self._running -= plays is not None
        self._parked[task] = woken
        self._consider()
        try:
            await woken
        finally:
            self._held += holds
            self._running += plays is not None
            del self._parked[task]
            if timer is not None:
                timer.cancel()
            if plays is None:  # else time passes when it is parked again, or takes part no more
                self._consider_later()

    # ---- inside ----------------------------------------------------------------------------------

    def _arm(self, when: float, call: Callable[[], None], rank: int) -> _Timer:
        timer = _Timer(max(when, self._time), call)
        heapq.heappush(self._timers, (round(timer.when, 6), rank, next(self._order), timer))
        return timer

    @contextlib.contextmanager
    def _taking_part(self, *, plays: bool) -> Iterator[None]:
        task = asyncio.current_task()
        if task is None or task in self._participants:
            raise RuntimeError("a task takes part in a clock once")
        self._participants[task] = plays
        self._running += 1
        try:
            yield
        finally:
            del self._participants[task]
            self._running -= 1
            self._consider_later()

    def _consider(self) -> None:
        """Look soon whether time can pass: what has been woken or begun by now runs before."""
        self._considered += 1
        if self._parked and not (self._scheduled or self._held or self._running):
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._advance, self._considered)

    def _consider_later(self) -> None:
        """As :meth:`_consider`, a turn of the loop later: whoever waits for a task that ends now
        is told of it only then."""
        self._consider()
        self._considered += 1

    def _advance(self, considered: int) -> None:
        self._scheduled = False
        if considered != self._considered:  # a task may have been begun since: it runs first
            self._consider()
            return
        if self._held or self._running or not self._parked or self._somebody_is_woken():
            return
        while self._timers:
            timer = heapq.heappop(self._timers)[3]
            if timer.call is not None:
                self._time = max(self._time, timer.when)
                timer.call()
                if not (self._scheduled or self._somebody_is_woken()):
                    self._consider()
                return
        self._despair()

    def _somebody_is_woken(self) -> bool:
        """Whether somebody is parked no longer, though his task has not run yet."""
        return any(map(_is_done, self._parked.values()))

    def _despair(self) -> None:
        players = [task for task, plays in self._participants.items() if plays]
        waiting = [self._parked[task] for task in players] or list(self._parked.values())
        for woken in waiting:
            woken.set_exception(
                NothingLeft(
                    f"after {self._time:g} s everybody waits and no timer is armed",
                    hint="something waits for an event that nobody will send",
                )
            )


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
