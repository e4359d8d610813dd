"""One voice engine as prompts use it: watched, and left alone for a while when it fails again and
again."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from ivrkit.errors import IvrkitError, NotAvailable, PromptError
from ivrkit.prompts.cache import Speech
from ivrkit.prompts.plan import Spoken
from ivrkit.prompts.voice import CannotSpeak, Voice, VoiceSettings
from ivrkit.workers.breaker import Breaker, BreakerState

LOG = logging.getLogger(__name__)

FAILURES: Final = 3
"""So many texts that fail in a row, and the voice is left alone, unless it is the only one left."""
REST: Final = 30.0
"""Seconds for which it is; then one text tries it."""
PATIENCE: Final = 60.0
"""Seconds for one text that nobody waits for on a telephone."""


class Outcome(StrEnum):
    """How it went with a text."""

    SPOKEN = "spoken"
    SLOW = "slow"
    """It took longer than a caller waits; what it gives at last is kept for the next one."""
    FAILED = "failed"
    UNABLE = "unable"
    """The voice is well, but has not the language, does not know SSML, or there was nothing to
    say."""


Observe: TypeAlias = Callable[[str, Outcome, float], None]
"""Told of each text that a voice is given: the voice's title, how it went, and the seconds."""
Convert: TypeAlias = Callable[[bytes], Awaitable[bytes]]
"""Makes a file for the telephone of what a voice gave. Raises PromptError for what is no sound."""


def nobody(title: str, outcome: Outcome, seconds: float) -> None:
    """Observes nothing."""


class Rests(PromptError):
    """The voice failed too often just now, and is not asked."""


class Speaker:
    """A voice engine with its circuit breaker."""

    def __init__(
        self,
        engine: Voice[Any],
        observe: Observe = nobody,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.engine = engine
        self._observe = observe
        self._clock = clock
        self._breaker = Breaker(FAILURES, REST, clock)
        self._version = ""
        self._unable: set[str] = set()

    @property
    def title(self) -> str:
        """How logs and figures call it."""
        return self.engine.title

    @property
    def state(self) -> BreakerState:
        """Whether it is asked."""
        return self._breaker.state

    async def version(self) -> str:
        """The engine's version, asked for once. Raises NotAvailable, PromptError."""
        if not self._version:
            self._version = await self.engine.version()
        return self._version

    async def speak(self, speech: Speech, convert: Convert, limit: float, *, anyway: bool) -> bytes:
        """The sound of a text, however long it takes; after ``limit`` seconds it counts as slow.
        ``anyway``: though it rests. Raises Rests, PromptError, NotAvailable."""
        if not self._breaker.enter() and not anyway:
            raise Rests(f"it failed {FAILURES} times and rests")
        began = self._clock()
        outcome: Outcome | None = None
        late = False

        def is_slow() -> None:
            nonlocal late
            late = True
            self._told(Outcome.SLOW, limit)

        slow = asyncio.get_running_loop().call_later(limit, is_slow)
        try:
            async with asyncio.timeout(PATIENCE):
                sound = await convert(await self._spoken(speech))
            outcome = Outcome.SPOKEN
        except TimeoutError:
            outcome = Outcome.FAILED
            raise PromptError(f"it took longer than {PATIENCE:g} s") from None
        except CannotSpeak:
            outcome = Outcome.UNABLE
            raise
        except Exception:
            outcome = Outcome.FAILED if _is_said(speech.text) else Outcome.UNABLE
            raise
        finally:
            slow.cancel()
            if outcome is None:  # the engine stops
                self._breaker.neither()
            elif not late:
                self._told(outcome, self._clock() - began)
        return sound

    async def _spoken(self, speech: Speech) -> bytes:
        engine = self.engine
        speak = engine.speak_markup if speech.markup else engine.speak
        try:
            return await speak(speech.text, speech.language, speech.voice, speech.speed)
        except IvrkitError:
            raise
        except Exception as error:  # of an engine that is not ours; its text may hold what was said
            last = traceback.extract_tb(error.__traceback__)[-1]
            raise PromptError(
                f"it failed with a {type(error).__name__}, {last.filename}:{last.lineno}"
            ) from None

    def not_ready(self, error: Exception) -> None:
        """Its version could not be had."""
        self._observe(self.title, Outcome.FAILED, 0.0)
        self._complain(error)

    def passed_over(self, language: str, error: Exception) -> None:
        """It did not speak a text, and the next voice is asked."""
        if isinstance(error, CannotSpeak):
            if language not in self._unable:
                self._unable.add(language)
                LOG.warning("the voice %s does not speak '%s': %s", self.title, language, error)
        elif not isinstance(error, Rests):
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        reason = "it is too slow" if isinstance(error, TimeoutError) else error
        LOG.warning("the voice %s failed: %s", self.title, reason)

    def _told(self, outcome: Outcome, seconds: float) -> None:
        self._observe(self.title, outcome, seconds)
        before = self._breaker.state
        if outcome in (Outcome.FAILED, Outcome.SLOW):
            self._breaker.failed()
        else:
            self._breaker.succeeded()
        after = self._breaker.state
        if after is BreakerState.OPEN and before is not BreakerState.OPEN:
            LOG.error("the voice %s is left alone for %g s", self.title, REST)
        elif before is not BreakerState.CLOSED and after is BreakerState.CLOSED:
            LOG.info("the voice %s works again", self.title)


def _is_said(text: str) -> bool:
    """Whether there is anything to say. Of mere punctuation voices make silence, or complain: no
    caller's name of dots shall let them rest."""
    return any(map(str.isalnum, text))


@dataclass(frozen=True, slots=True)
class Turn:
    """A voice that is asked for a text: ``limit`` is how many seconds it has while a caller waits,
    ``last`` that nobody is asked after it, ``first`` that nobody was before."""

    speaker: Speaker
    settings: VoiceSettings
    limit: float
    first: bool
    last: bool

    async def speech(self, spoken: Spoken, loudness: float) -> Speech:
        """All that decides how the text sounds. Raises CannotSpeak for SSML that the voice does
        not know, NotAvailable for an engine that cannot run here."""
        if spoken.markup and not self.speaker.engine.knows_markup:
            raise CannotSpeak(f"the voice engine {self.settings.engine} does not know SSML")
        try:
            version = await self.speaker.version()
        except (NotAvailable, PromptError) as error:
            self.speaker.not_ready(error)
            raise
        return Speech(
            spoken.text,
            spoken.language,
            f"{self.settings.engine} {version}",
            self.settings.voice,
            round(self.settings.speed * spoken.speed, 3),
            spoken.markup,
            loudness,
        )

    async def sound(self, speech: Speech, convert: Convert) -> bytes:
        """The sound of a text. Raises Rests, PromptError."""
        return await self.speaker.speak(speech, convert, self.limit, anyway=self.last)
