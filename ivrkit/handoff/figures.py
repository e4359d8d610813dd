"""The live figures of Asterisk's queues, at most a second old."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from ivrkit.call.queues import QueueFigures

FRESH = 1.0
"""Seconds that figures hold: they are asked for by every call that decides by them."""

Evaluate = Callable[[str], Awaitable[str | None]]
"""Evaluates a dialplan function; None when it cannot be evaluated now."""


class Figures:
    """Reads the functions of ``app_queue``, for all calls together."""

    def __init__(self, evaluate: Evaluate, clock: Callable[[], float] = time.monotonic) -> None:
        self._evaluate = evaluate
        self._clock = clock
        self._known: dict[str, tuple[float, QueueFigures]] = {}
        # One queue after the other: what QUEUE_VARIABLES sets stands on a channel that all share.
        self._asking = asyncio.Lock()

    async def of(self, queue: str) -> QueueFigures:
        """The figures of a queue by its name in Asterisk."""
        async with self._asking:
            known = self._known.get(queue)
            if known is not None and self._clock() - known[0] < FRESH:
                return known[1]
            figures = await self._read(queue)
            self._known[queue] = (self._clock(), figures)
            return figures

    async def _read(self, queue: str) -> QueueFigures:
        waiting = await self._number(f"QUEUE_WAITING_COUNT({queue})")
        ready = await self._number(f"QUEUE_MEMBER({queue},ready)")
        staffed = await self._number(f"QUEUE_MEMBER({queue},logged)")
        # Its own result only says that the queue exists; it sets the variables that follow.
        await self._evaluate(f"QUEUE_VARIABLES({queue})")
        talk = await self._number("QUEUETALKTIME")
        hold = await self._number("QUEUEHOLDTIME")
        return QueueFigures(
            waiting, ready, staffed, expected_wait(waiting, ready, staffed, talk, hold)
        )

    async def _number(self, function: str) -> int:
        text = await self._evaluate(function) or ""
        return int(text) if text.isdecimal() else 0


def expected_wait(waiting: int, ready: int, staffed: int, talk: int, hold: int) -> float:
    """How many seconds the next caller will wait.

    Asterisk's own estimate (``hold``, a smoothed average of those who were served) knows nothing
    of how many are waiting. With everybody busy, an agent becomes free every ``talk / staffed``
    seconds, and those in front come first. Where no call was ever served, ``hold`` is all we have.
    """
    if ready > waiting:
        return 0.0
    if not staffed or not talk:
        return float(hold)
    return (waiting - ready + 1) * talk / staffed
