"""How often somebody may: a token bucket per key, in constant memory.

It is the generic cell rate algorithm (ITU-T I.371): of each key one instant is kept, at which all
that was taken would be paid for. Libraries for this keep an entry per request, or wait instead of
refusing.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable


class Rates:
    """``per_second`` on average and ``at_once`` together, for each of the ``most`` keys that were
    seen last."""

    def __init__(
        self,
        per_second: float,
        at_once: int,
        most: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval = 1 / per_second
        self._tolerance = self._interval * (at_once - 1)
        self._most = most
        self._clock = clock
        self._paid: OrderedDict[str, float] = OrderedDict()

    def take(self, key: str) -> float:
        """0 when there is room, which is taken; else the seconds until there is."""
        now = self._clock()
        paid = max(self._paid.get(key, now), now)
        wait = paid - now - self._tolerance
        if wait > 1e-9:
            return wait
        self._paid[key] = paid + self._interval
        self._paid.move_to_end(key)
        if len(self._paid) > self._most:
            self._paid.popitem(last=False)
        return 0.0
