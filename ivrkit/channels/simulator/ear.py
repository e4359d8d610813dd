"""What listens to a simulated caller."""

from __future__ import annotations

from collections.abc import Sequence

from ivrkit.call.clock import Clock, Timer
from ivrkit.call.hearing import (
    DeliverSpeech,
    Hearing,
    HearingFailed,
    Hypothesis,
    SpeechBegan,
    SpeechEvent,
    SpeechHeard,
)


class SimulatedEar:
    """Hears one simulated caller. It takes as long to understand something as it takes to say it,
    word by word, and then the silence that ends it."""

    def __init__(self, name: str, hearing: Hearing, clock: Clock, deliver: DeliverSpeech) -> None:
        self.name = name
        self.hearing = hearing
        self._clock = clock
        self._deliver = deliver
        self._timers: list[Timer] = []
        self.is_open = True

    def hear(self, readings: Sequence[Hypothesis], seconds: float) -> None:
        """The caller says something for so long; without readings it is a noise."""
        now, longest = self._clock.time(), self.hearing.longest
        wanted = tuple(readings[: self.hearing.alternatives])
        if self.is_open:
            self._deliver(SpeechBegan(self.name))  # now, as keys: before timers that are due
        words = wanted[0].text.split() if wanted else []
        for count in range(1, len(words) + 1):
            so_far = Hypothesis(" ".join(words[:count]), 0.0)
            when = seconds * count / len(words)
            if when < longest:
                self._tell(now + when, SpeechHeard(self.name, (so_far,)))
        over = min(seconds + self.hearing.end_silence, longest)
        self._tell(now + over, SpeechHeard(self.name, wanted, final=True))

    def fail(self, reason: str) -> None:
        """The recogniser breaks down."""
        self._tell(self._clock.time(), HearingFailed(self.name, reason))

    def close(self) -> None:
        """Listen no more."""
        self.is_open = False
        for timer in self._timers:
            timer.cancel()

    def _tell(self, when: float, event: SpeechEvent) -> None:
        if self.is_open:
            self._timers.append(self._clock.at(when, lambda: self._deliver(event)))
