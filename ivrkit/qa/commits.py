"""What of a call has been committed when its engine dies, and how far in its trace that was."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ivrkit.call.events import (
    HandedOff,
    InDialplan,
    Left,
    Recorded,
    Recording,
    Saying,
    TraceEvent,
)
from ivrkit.call.kinds import Kind
from ivrkit.engine.recovery import leave_beside
from ivrkit.engine.saving import read_buffer, read_capture
from ivrkit.engine.stack import Stack
from ivrkit.engine.state import SessionState
from ivrkit.flow.model import FlowVersion
from ivrkit.qa.simulation import KEY
from ivrkit.store import Sealer, Store

LATE: Final = 0.02
"""Seconds within which what nobody waits for is committed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a call has come: events of its trace, and things that its caller did."""

    events: int
    acts: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One capture on its way into the store; None: the call was over, and its capture goes."""

    call: str
    capture: bytes | None
    progress: Progress
    at: float
    ahead: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a call: from where it goes on, and whether that is the very same. ``kind`` is
    that of the step in which it stands, ``kept_events`` tells that what had happened in it stays.
    """

    mark: Mark | None
    progress: Progress
    kind: Kind | None = None
    goes_on: bool = False
    same: bool = True
    at: float | None = None


class HeldBack:
    """Holds captures back as a writer does that commits when it likes, and knows how far the trace
    was with each. ``progress`` tells how far the call has come."""

    def __init__(
        self, store: Store, time: Callable[[], float], progress: Callable[[], Progress]
    ) -> None:
        self._store = store
        self._time = time
        self._progress = progress
        self._sealer = Sealer(KEY)
        self._committed = 0
        self.marks: list[Mark] = []

    async def begin(self) -> None:
        """Another call begins: of the one before everything is committed."""
        if self.marks:
            await self.commit(self.marks[-1])
        self.marks.clear()
        self._committed = 0

    def behind(self, call_id: str, capture: bytes | None) -> None:
        """To be committed soon."""
        self.marks.append(Mark(call_id, capture, self._progress(), self._time(), ahead=False))

    async def ahead(self, call_id: str, capture: bytes) -> None:
        """To be committed now."""
        progress, at = self._progress(), self._time()
        await self._store.save_ahead(call_id, capture)
        self.marks.append(Mark(call_id, capture, progress, at, ahead=True))

    def append(self, call_id: str, events: Sequence[TraceEvent]) -> None:
        """The trace has nothing to do with going on."""
        self._store.append(call_id, events)

    def choose(self, chances: random.Random) -> Mark | None:
        """The newest capture that was committed: every older one than 20 ms, every one that was
        waited for, and of those behind it as many as chance will have."""
        last, surely = len(self.marks), self._committed
        for count, mark in enumerate(self.marks, start=1):
            if mark.ahead or mark.at < self._time() - LATE:
                surely = count
        chosen = chances.randint(surely, last)
        return self.marks[chosen - 1] if chosen else None

    def kept(self, mark: Mark | None, version: FlowVersion, events: Sequence[TraceEvent]) -> Kept:
        """What a call goes on with whose newest capture that is."""
        if mark is None:  # what was said of a call that nobody knows of is said to its end
            return Kept(mark, Progress(0, 0), same=not any(isinstance(e, Saying) for e in events))
        if mark.capture is None:
            return Kept(mark, mark.progress)
        state = self._state(mark)
        kind = _kind(state, version)
        number = _entry(state)
        if number is None or kind in (None, Kind.INNER):
            return Kept(mark, mark.progress, kind, at=mark.at)
        first = next(one for one in self._of(mark) if _entry(self._state(one)) == number)
        told = _goes_on(events, first.progress.events, kind)
        if told is not None:
            same = self._state(mark).with_agent == self._state(self._newest(number)).with_agent
            return Kept(mark, Progress(told, first.progress.acts), kind, goes_on=True, same=same)
        same = self._left_by(first) == self._left_by(mark)
        return Kept(mark, first.progress, kind, same=same, at=first.at)

    async def commit(self, mark: Mark | None) -> None:
        """Let the store hold this and nothing newer."""
        if mark is None:
            self.marks.clear()
            return
        if mark.capture is None:
            self._store.forget(mark.call)
        else:
            self._store.save(mark.call, mark.capture)
        self._committed = self.marks.index(mark) + 1
        del self.marks[self._committed :]
        await self._store.flush()

    # ---- inside --------------------------------------------------------------------------------

    def _of(self, mark: Mark) -> list[Mark]:
        """The captures of a call up to this one."""
        until = self.marks.index(mark) + 1
        return [each for each in self.marks[:until] if each.capture is not None]

    def _newest(self, number: int) -> Mark:
        """The newest capture of an entry, whether it was committed or not."""
        captures = (each for each in reversed(self.marks) if each.capture is not None)
        return next(each for each in captures if _entry(self._state(each)) == number)

    def _state(self, mark: Mark) -> SessionState:
        assert mark.capture is not None
        state = read_capture(mark.capture)
        if not state.ended:
            leave_beside(state)
        return state

    def _left_by(self, mark: Mark) -> object:
        """What a capture holds that a step which begins anew does not undo."""
        state = self._state(mark)
        values = [frame.variables for frame in state.frames]
        keys = read_buffer(state, self._sealer).to_dict()
        return values, keys, state.language, state.path, state.answered


def _kind(state: SessionState, version: FlowVersion) -> Kind | None:
    node = Stack(version, state.frames).node() if state.frames else None
    return None if node is None else node.step.kind


def _entry(state: SessionState) -> int | None:
    """The number of the entry in which a call stands."""
    entry = state.frames[-1].entry if state.frames else None
    return None if entry is None else entry.number


def _goes_on(events: Sequence[TraceEvent], since: int, kind: Kind) -> int | None:
    """How much of a trace stays where a step does not begin anew: in other hands, or in a
    recording. Its result is told once more. None: it does begin anew."""
    told = since if kind is Kind.AWAY and len(events) > since else None
    for place in range(since, len(events)):
        event = events[place]
        if isinstance(event, Left):
            return told
        if isinstance(event, HandedOff | InDialplan):
            if event.state == "back":
                return told
            told = place + 1
        elif isinstance(event, Recorded) and not event.kept:
            told = None  # what is empty is recorded anew
        elif isinstance(event, Recording | Recorded) or kind is Kind.AWAY:
            told = place + 1
    return told
