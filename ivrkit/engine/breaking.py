"""What breaks into a call besides a hang-up and its longest time: the steps that last have it.

Only a call that has come to such a step has one of these: the others pay one look for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ivrkit.call.clock import Clock
from ivrkit.engine.interrupts import LimitReached, OperationDone
from ivrkit.engine.operations import Operation
from ivrkit.engine.state import Frame
from ivrkit.engine.watching import KeyWatch


class BreakingIn:
    """Operations under way, the time limits of steps, and the keys that mean something now.

    ``operations`` are in the order of their frames. ``watch`` takes the keys of the innermost step
    that has some, and of those around it.
    """

    __slots__ = ("_clock", "_frames", "_lowest", "_soonest", "operations", "watch")

    def __init__(self, clock: Clock, frames: Sequence[Frame]) -> None:
        self._clock = clock
        self._frames = frames
        self._lowest = 0
        self._soonest: float | None = None
        self.operations: list[Operation] = []
        self.watch: KeyWatch | None = None

    def arm(self) -> None:
        """Look which limit comes first: a step with one has been entered."""
        deadlines = [deadline for _, deadline in self._deadlines()]
        self._soonest = min(deadlines, default=None)

    def close(self, depth: int) -> None:
        """From now on only what happens in a frame of this depth, and above, counts: ``on_end``."""
        self._lowest = depth
        self.watch = None
        self.arm()

    def postpone(self, seconds: float) -> None:
        """The call was in other hands for so long, which does not count."""
        for frame in self._frames:
            if frame.entry is not None and frame.entry.deadline is not None:
                frame.entry.deadline += seconds
        self.arm()

    @property
    def due(self) -> float | None:
        """When something may break in by itself."""
        times = [each.until for each in self.operations if each.until is not None]
        if self._soonest is not None:
            times.append(self._soonest)
        if self.watch is not None and self.watch.due is not None:
            times.append(self.watch.due)
        return min(times, default=None)

    def check_operations(self) -> None:
        """Raise OperationDone for the outermost one that is done."""
        for each in self.operations:
            if each.done:
                raise OperationDone(each.depth)

    def check_limits(self) -> None:
        """Raise LimitReached for the outermost step whose time is over."""
        if self._soonest is None or self._clock.time() < self._soonest:
            return
        now = self._clock.time()
        for depth, deadline in self._deadlines():
            if now >= deadline:
                raise LimitReached(depth)
        self.arm()  # the step whose limit it was has been left

    def check_keys(self) -> None:
        """Raise what a key leads to, if any does."""
        if self.watch is not None:
            self.watch.check()

    def _deadlines(self) -> Iterator[tuple[int, float]]:
        """The limits that count, with the depth of their frames, outermost first."""
        for depth in range(self._lowest, len(self._frames)):
            entry = self._frames[depth].entry
            if entry is not None and entry.deadline is not None:
                yield depth, entry.deadline
