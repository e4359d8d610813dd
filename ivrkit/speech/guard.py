"""One recogniser as questions use it: left alone for a while when it fails again and again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, TypeAlias

from ivrkit.errors import RecognitionError
from ivrkit.speech.recogniser import Recogniser
from ivrkit.speech.trying import proven
from ivrkit.workers.breaker import Breaker, BreakerState

LOG = logging.getLogger(__name__)

FAILURES: Final = 3
"""So many recognitions that fail in a row, and the recogniser is left alone."""
REST: Final = 30.0
"""Seconds for which it is; then one question tries it."""


class Outcome(StrEnum):
    """How a recognition ended."""

    UNDERSTOOD = "understood"
    NOTHING = "nothing"
    """A noise, or speech of which nothing was understood."""
    FAILED = "failed"
    REFUSED = "refused"
    """It was not begun: too many at once, a recogniser that rests, no model."""


Observe: TypeAlias = Callable[[str, Outcome, float], None]
"""Told of each recognition: the language, how it ended, and the seconds from the end of speech to
its result."""


def nobody(language: str, outcome: Outcome, seconds: float) -> None:
    """Observes nothing."""


class Guard:
    """A recogniser with its circuit breaker. ``language`` is its tag in the settings."""

    def __init__(
        self,
        language: str,
        recogniser: Recogniser[Any],
        observe: Observe = nobody,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.language = language
        self.recogniser = recogniser
        self._observe = observe
        self._broken = ""
        self._breaker = Breaker(FAILURES, REST, clock)

    @property
    def state(self) -> BreakerState:
        """Whether it is asked."""
        return self._breaker.state

    @property
    def problem(self) -> str:
        """Why nothing is understood; empty if it is."""
        return self._broken or self.recogniser.problem()

    async def start(self) -> None:
        """Load it, off the loop. What does not work is a :attr:`problem` then."""
        recogniser = self.recogniser
        if recogniser.tried_first and not self.problem:
            self._broken = await proven(recogniser.language, recogniser.settings)
        if not self.problem:
            try:
                await recogniser.start()
            except RecognitionError as error:
                self._broken = str(error)

    def enter(self) -> str:
        """Why a question may not listen now; empty if it may. One that may says how it went, by
        :meth:`told` for each recognition and :meth:`left` at last."""
        if self.problem:
            return self.problem
        if not self._breaker.enter():
            return f"the recogniser of '{self.language}' failed {FAILURES} times and rests"
        return ""

    def told(self, outcome: Outcome, seconds: float = 0.0) -> None:
        """How a recognition went."""
        self._observe(self.language, outcome, seconds)
        before = self._breaker.state
        if outcome is Outcome.FAILED:
            self._breaker.failed()
        elif outcome is not Outcome.REFUSED:
            self._breaker.succeeded()
        after = self._breaker.state
        if after is BreakerState.OPEN:
            LOG.error("the recogniser of '%s' is left alone for %g s", self.language, REST)
        elif before is BreakerState.TRYING and after is BreakerState.CLOSED:
            LOG.info("the recogniser of '%s' works again", self.language)

    def left(self) -> None:
        """A question listens no more."""
        self._breaker.neither()
