"""Whether the loop that carries the calls is so late that new calls are sent back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

CALM_SECONDS: Final = 1.0
"""A loop is in time again when it was late by less than half of what is allowed for so long: one
that is just so loaded that it is late now and then would else let in and refuse by turns."""


class Overload:
    """``limit`` is ``limits.late`` in seconds; ``behind`` tells by how much the loop is late now,
    ``clock`` the time. ``changed`` is told when it begins to be too late (with a text), and when
    it is in time again (empty)."""

    def __init__(
        self,
        limit: float,
        *,
        behind: Callable[[], float],
        clock: Callable[[], float],
        changed: Callable[[str], None],
    ) -> None:
        self._limit = limit
        self._behind = behind
        self._clock = clock
        self._changed = changed
        self._disturbed = 0.0
        self.late = False

    def __call__(self) -> bool:
        """Whether the loop is too late at this moment: what it was held up by may be over, and its
        next measurement still to come."""
        self.measured(self._behind())
        return self.late

    def measured(self, seconds: float) -> None:
        """The loop was late by so much."""
        now = self._clock()
        if seconds > self._limit / 2:
            self._disturbed = now
        if not self.late and seconds > self._limit:
            self.late = True
            self._changed(
                f"the engine is late by {seconds * 1000:.0f} ms (limits: late): new calls are "
                "sent back to the dialplan"
            )
        elif self.late and now - self._disturbed >= CALM_SECONDS:
            self.late = False
            self._changed("")
