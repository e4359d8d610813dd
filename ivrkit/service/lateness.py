"""How late the loop that carries the calls is: measured once, for overload and for the figures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

PERIOD: Final = 0.05
"""Seconds from one measurement to the next."""

Observe = Callable[[float], None]
"""Is told of each measurement: the seconds by which the loop was late."""


class Lateness:
    """A timer that looks by how much it runs too late."""

    def __init__(self) -> None:
        self._observers: list[Observe] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._last = 0.0

    def observe(self, observe: Observe) -> None:
        """Tell of each measurement."""
        self._observers.append(observe)

    @property
    def now(self) -> float:
        """Seconds by which the loop is late: the last measurement, or, where the next one is due
        already and could not run yet, at least so long."""
        if self._loop is None:
            return 0.0
        return max(self._last, self._loop.time() - self._due)

    def start(self) -> None:
        """Measure the running loop from now on."""
        self._loop = asyncio.get_running_loop()
        self._wait()

    def stop(self) -> None:
        """Measure no more; it is never late then."""
        if self._timer is not None:
            self._timer.cancel()
        self._loop = self._timer = None

    def _wait(self) -> None:
        assert self._loop is not None
        self._due = self._loop.time() + PERIOD
        self._timer = self._loop.call_at(self._due, self._measure)

    def _measure(self) -> None:
        assert self._loop is not None
        self._last = max(0.0, self._loop.time() - self._due)
        for observe in self._observers:
            observe(self._last)
        self._wait()
