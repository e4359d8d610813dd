"""The circuit breaker: who fails again and again is left alone for a while."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class BreakerState(StrEnum):
    """``closed``: requests pass. ``open``: none does. ``trying``: the rest is over; one request may
    pass, or is under way, and decides."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


class Breaker:
    """Counts failures in a row. After ``failures`` of them it is open for ``rest`` seconds; then
    one request may try, and its outcome closes it or opens it again.

    ``time`` gives seconds that only grow.
    """

    def __init__(self, failures: int, rest: float, time: Callable[[], float]) -> None:
        self._most = failures
        self._rest = rest
        self._time = time
        self._failures = 0
        self._open_until: float | None = None
        self._trying = False

    @property
    def state(self) -> BreakerState:
        """How it stands now."""
        if self._open_until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self.rests else BreakerState.TRYING

    @property
    def rests(self) -> float:
        """Seconds until the next request may pass; 0 if one may now."""
        if self._open_until is None:
            return 0.0
        return max(0.0, self._open_until - self._time())

    def enter(self) -> bool:
        """Whether a request may pass. One that passes tells how it went by :meth:`succeeded`,
        :meth:`failed` or :meth:`neither`."""
        if self._open_until is None:
            return True
        if self._trying or self._time() < self._open_until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """It answered."""
        self._failures = 0
        self._open_until = None
        self._trying = False

    def failed(self) -> None:
        """It did not."""
        self._failures += 1
        if self._trying or self._failures >= self._most:
            self._open_until = self._time() + self._rest
        self._trying = False

    def neither(self) -> None:
        """Nobody knows (the caller has hung up): the next one tries."""
        self._trying = False
