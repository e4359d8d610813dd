"""A call that was played, once more: the caller does at each place of the trace what was done
there, and answers again where the engine died and asks again."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from ivrkit.call.events import Ended, Entered, Left, Recorded, Recording, Resumed, TraceEvent
from ivrkit.call.exits import UNKNOWN
from ivrkit.call.kinds import Kind
from ivrkit.engine.news import News
from ivrkit.qa.commits import Kept, Progress
from ivrkit.qa.diary import Hands, PlayedCall
from ivrkit.qa.differing import written
from ivrkit.qa.outcome import Failure
from ivrkit.qa.simulation import PlayedClock

PATIENCE: Final = 3600.0
"""Seconds of the call after which an event that is awaited is given up."""
SILENT: Final = 30.0
"""Seconds that a caller is silent before hanging up, once the call goes another way."""


class Repeating:
    """Plays one call again on a line, and compares its trace with the one it had, event by event
    as they come.

    ``events`` is the trace without what was done in vain: where an engine has died in a step that
    begins anew, what was traced of that step is taken back. ``different`` is the first difference,
    None while there is none. ``otherwise`` says why the call may go another way from some restart
    on, and is no longer compared.
    """

    def __init__(self, played: PlayedCall, clock: PlayedClock) -> None:
        self._played = played
        self._clock = clock
        self._times: list[float] = []
        self._again: list[type[TraceEvent]] = []
        self._news = News()
        self._doubted = self._vanished = False
        self.events: list[TraceEvent] = []
        self.acts = 0
        self.restarts: list[str] = []
        self.different: Failure | None = None
        self.otherwise = ""

    @property
    def progress(self) -> Progress:
        """How far the call has come."""
        return Progress(len(self.events), self.acts)

    @property
    def over(self) -> bool:
        """Whether the call has ended."""
        return self._vanished or (bool(self.events) and isinstance(self.events[-1], Ended))

    # ---- what happens --------------------------------------------------------------------------

    def hear(self, event: TraceEvent) -> None:
        """Something was traced."""
        if isinstance(event, Resumed):
            return
        if self._again and isinstance(event, self._again[0]):
            del self._again[0]
            return
        self._again.clear()
        self.events.append(event)
        self._times.append(self._clock.time())
        if self.different is None and not self.otherwise:
            self._compare(event)
        self._news.tell()

    def rewind(self, kept: Kept, where: str, *, gone: bool) -> None:
        """An engine has died, and the call goes on from what it had committed."""
        step = next((e.path for e in reversed(self.events) if isinstance(e, Entered)), "")
        self.restarts.append(f"{where}, in {step}" if step else where)
        self._doubted = kept.kind is Kind.OUTSIDE
        if not kept.goes_on:
            self.acts = kept.progress.acts
        elif len(self.events) > kept.progress.events:
            done = self._played.acts[: self.acts]
            self.acts = sum(each.events < kept.progress.events for each in done)
        del self.events[kept.progress.events :]
        del self._times[kept.progress.events :]
        self._again = []  # what is told once more of a step that goes on
        if kept.goes_on:
            last = type(self.events[-1])
            self._again = [Entered, Recorded if last is Recorded else Recording]
        if gone:
            self.otherwise = "the caller was gone"
            self._vanished = kept.mark is None or kept.mark.capture is None
        elif not kept.same:
            self.otherwise = "what had happened in the step stays"
        elif kept.at is not None:
            self._clock.back_to(kept.at)
        self._news.tell()

    def _compare(self, event: TraceEvent) -> None:
        place = len(self.events)
        expected = self._played.events[place - 1] if place <= len(self._played.events) else None
        if expected is not None and plain(expected) == plain(event):
            return
        if self._doubted and isinstance(event, Left) and event.exit == UNKNOWN:
            self.otherwise = "nobody knows whether a write was done"
        else:
            self.different = _differs(place, expected, event)

    # ---- what the caller does ------------------------------------------------------------------

    async def play(self, phone: Hands) -> None:
        """Be the caller until the call is over. Raises IvrkitError when nothing can happen."""
        while True:
            while await self._next(0.0):
                pass  # until everything that is due at this instant has happened
            if self.different is not None or self.otherwise:
                break
            act = self._played.acts[self.acts] if self.acts < len(self._played.acts) else None
            if act is None or len(self.events) < act.events:
                if self.over:
                    break
                await self._next(PATIENCE)
                continue
            due = (self._times[act.events - 1] if act.events else self._clock.time()) + act.after
            if self._clock.time() < due - 1e-6:
                await self._next(due - self._clock.time())
                continue
            self.acts += 1
            await act.do(phone)
        await self._finish(phone)

    def complaint(self) -> Failure | None:
        """What is not as it was; None: nothing."""
        if self.different is not None or self.otherwise:
            return self.different
        place = len(self.events)
        if place < len(self._played.events):
            return _differs(place + 1, self._played.events[place], None)
        return None

    async def _finish(self, phone: Hands) -> None:
        """The call goes another way: say nothing more, then hang up."""
        until = self._clock.time() + SILENT
        while not self.over and self._clock.time() < until:
            await self._next(until - self._clock.time())
        if not self.over:
            await phone.hang_up()
        while not self.over and await self._next(PATIENCE):
            pass
        if not self.over and self.different is None:
            self.different = Failure("the call does not end")

    async def _next(self, seconds: float) -> bool:
        """Wait for the next thing that happens; False when the time is over before."""
        return await self._news.wait(self._clock, self._clock.time() + seconds)


def _differs(place: int, expected: TraceEvent | None, got: TraceEvent | None) -> Failure:
    return Failure(
        f"event {place} of its trace is another",
        expected="no more" if expected is None else written(plain(expected)),
        got="no more" if got is None else written(plain(got)),
    )


def plain(event: TraceEvent) -> dict[str, Any]:
    """An event without what a restart may change: when it happened, how long a step took in which
    one was, whether it was entered or resumed, and by what a recording ended that ended without
    an engine."""
    told: dict[str, Any] = msgspec.to_builtins(event)
    told.pop("at", None)
    if isinstance(event, Left):
        told.pop("seconds", None)
    elif isinstance(event, Recorded):
        told.pop("by", None)
    if told.get("how") in ("entered", "resumed"):
        del told["how"]
    return told
