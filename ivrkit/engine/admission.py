"""Whether a new call is taken; calls in progress are not its business."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Final

from ivrkit.call.channel import SentBack
from ivrkit.call.clock import Clock

LOG = logging.getLogger(__name__)

TELL_SECONDS: Final = 10.0
"""A flood of calls is told of in one line for so long, not in one for each."""
_TOLD: Final = {
    "busy": "all calls of limits: calls are in progress",
    "late": "the engine is late by more than limits: late",
    "draining": "the engine is being drained",
}


def _in_time() -> bool:
    return False


class Admission:
    """``most`` is ``limits.calls``; ``late`` says whether the engine is behind its time."""

    def __init__(self, clock: Clock, most: int = 1000, late: Callable[[], bool] = _in_time) -> None:
        self.most = most
        self.draining = False
        """No new calls, though there would be room."""
        self.refused: Counter[str] = Counter()
        """Calls that were not taken, by why: busy, late, draining, unknown_number, failed."""
        self._late = late
        self._clock = clock
        self._untold = 0
        self._tell_again = 0.0

    def refuse(self, calls: int) -> SentBack | None:
        """Why a new call goes back to the dialplan when there are so many; None: it is taken."""
        if self.draining:
            return self._refused("draining", SentBack.DRAINING)
        if calls >= self.most:
            return self._refused("busy", SentBack.BUSY)
        if self._late():
            return self._refused("late", SentBack.BUSY)
        return None

    def _refused(self, reason: str, status: SentBack) -> SentBack:
        self.refused[reason] += 1
        self._untold += 1
        now = self._clock.time()
        if now >= self._tell_again:
            count, self._untold = self._untold, 0
            self._tell_again = now + TELL_SECONDS
            calls = "a new call is" if count == 1 else f"{count} new calls are"
            LOG.warning("%s sent back to the dialplan: %s", calls, _TOLD[reason])
        return status
