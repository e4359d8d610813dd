"""The recogniser port: what turns the sound of one language into words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from pydantic import AfterValidator, Field

from ivrkit.call.hearing import Grammar, Hypothesis
from ivrkit.call.settings import Section
from ivrkit.errors import RecognitionError
from ivrkit.flow.registry import Registry
from ivrkit.speech import recognisers
from ivrkit.speech.pool import Pool

ENTRY_POINTS = "ivrkit.recognisers"


def _a_rate(value: int) -> int:
    if value not in (8000, 16000):
        raise ValueError("should be 8000 or 16000")
    return value


class RecogniserSettings(Section):
    """Who understands a language. ``engine`` is the recogniser's name; ``rate`` how many samples a
    second it is given: 8000 is what a telephone line carries, 16000 is for wideband codecs.
    ``even`` is the confidence that it gives to a reading which is as often right as wrong, since
    recognisers and models differ: flows see it as 0.5, whichever is used."""

    engine: str
    rate: Annotated[int, AfterValidator(_a_rate)] = 8000
    even: float = Field(default=0.5, gt=0, lt=1)

    def placed(self, folder: Path) -> Self:
        """The same with its paths counted from a folder."""
        return self


SettingsT = TypeVar("SettingsT", bound=RecogniserSettings)


class NothingToHear(RecognitionError):
    """The recogniser knows none of the words that a question awaits."""


class Busy(RecognitionError):
    """The recogniser listens to as many callers as it can."""


class Utterance(ABC):
    """One thing that is said, while it is said. Its methods are awaited one after the other, none
    blocks the event loop, and each raises RecognitionError when the recogniser fails, Busy when
    others have all of it."""

    @abstractmethod
    async def feed(self, pcm: bytes) -> str:
        """More of it (16-bit little-endian PCM, mono); what it says so far, empty if nothing."""

    @abstractmethod
    async def finish(self) -> Sequence[Hypothesis]:
        """It is over: what it said, the likeliest first; empty if it said nothing."""

    def close(self) -> None:  # noqa: B027 (most hold nothing)
        """It is of no interest any more, or it is over. Called once, whatever happened."""


class Recogniser(ABC, Generic[SettingsT]):
    """What understands one language, for all calls; found by its ``name``."""

    name: ClassVar[str]
    tried_first: ClassVar[bool] = False
    """Whether a broken model may end the process that uses it: then it is tried in another one
    before the engine loads it."""
    settings_model: ClassVar[type[RecogniserSettings]]

    def __init__(self, language: str, settings: SettingsT, pool: Pool) -> None:
        """``pool`` has the threads that all recognisers share."""
        self.language = language
        self.settings = settings
        self.pool = pool

    @property
    def rate(self) -> int:
        """How many samples a second it is given: 8000 or 16000."""
        return self.settings.rate

    @abstractmethod
    def problem(self) -> str:
        """Why it cannot understand anything here, with the remedy; empty if it can, as far as one
        sees without loading what is large. Cheap."""

    def advice(self) -> str:
        """What would be better here; empty if it is well as it is."""
        return ""

    @abstractmethod
    def unknown_words(self, words: Collection[str]) -> frozenset[str]:
        """Those that it can never hear. May load what is large where :meth:`start` did not."""

    @abstractmethod
    async def start(self) -> None:
        """Load what is large, off the loop; harmless when it is loaded. Raises RecognitionError,
        after which :meth:`problem` says why."""

    @abstractmethod
    def utterance(self, grammar: Grammar, alternatives: int) -> Utterance:
        """Something is about to be said. ``alternatives``: so many readings are wanted. Raises
        NothingToHear for a grammar of which it knows nothing, RecognitionError where it has not
        been started. Never blocks."""

    async def close(self) -> None:
        """Let go of what it holds."""


@cache
def registry() -> Registry[Recogniser[Any]]:
    """All recognisers: the files of ``speech/recognisers`` and the entry points."""
    return Registry.find(Recogniser, "name", recognisers, ENTRY_POINTS)  # type: ignore[type-abstract]
