"""What a caller did in a call that was played, each thing at its place in the trace: enough to do
the same once more, to another engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ivrkit.call.clock import Clock
from ivrkit.call.events import TraceEvent
from ivrkit.call.hearing import Hypothesis
from ivrkit.qa.script import Dial


class Hands(Protocol):
    """What the caller can do on a line."""

    async def press(self, keys: str) -> None: ...

    async def say(self, text: str, seconds: float, heard: Sequence[Hypothesis] = ()) -> None: ...

    async def hang_up(self) -> None: ...


Doing = Callable[[Hands], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that the caller did, when ``events`` of the trace had come and ``after`` seconds
    had passed since the last of them."""

    events: int
    after: float
    do: Doing


@dataclass(slots=True)
class PlayedCall:
    """One call: how it was placed, ``after`` seconds behind the end of the one before; its trace,
    each event with its time on the clock; and what the caller did."""

    dial: Dial
    after: float
    events: list[TraceEvent] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)


class Diary:
    """Is told of all that happens on a line. ``calls`` are in order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.calls: list[PlayedCall] = []

    def dialled(self, dial: Dial) -> None:
        """A call is placed."""
        last = self.calls[-1].times[-1:] if self.calls else [0.0]
        since = last[0] if last else self._clock.time()
        self.calls.append(PlayedCall(dial, self._clock.time() - since))

    def heard(self, event: TraceEvent) -> None:
        """Something was traced."""
        if self.calls:
            self.calls[-1].events.append(event)
            self.calls[-1].times.append(self._clock.time())

    def did(self, do: Doing) -> None:
        """The caller did something."""
        call = self.calls[-1]
        since = call.times[-1] if call.times else self._clock.time()
        call.acts.append(Act(len(call.events), self._clock.time() - since, do))
