"""The voice port: what speaks a text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import Field

from ivrkit.call.settings import Duration, Section
from ivrkit.errors import PromptError
from ivrkit.flow.registry import Registry
from ivrkit.prompts import voices

ENTRY_POINTS = "ivrkit.voices"
LONGEST_TEXT = 4000
"""Characters of one text that a voice must take."""


class VoiceSettings(Section):
    """Who speaks: an engine, one of its voices (its own choice if not said), and how fast: 1 is
    its usual speed. Where there is a list of voices, a caller waits for this one no longer than
    ``timeout``; by default they share what `prompts: dynamic: wait` allows."""

    engine: str = "espeak-ng"
    voice: str | None = None
    speed: float = Field(default=1.0, ge=0.3, le=3.0)
    timeout: Duration | None = None

    def placed(self, folder: Path) -> Self:
        """The same with its paths counted from a folder."""
        return self

    @property
    def of_engine(self) -> Self:
        """What the engine is made of: voices that differ in the rest share one."""
        return self.model_copy(update={"voice": None, "speed": 1.0, "timeout": None})


SettingsT = TypeVar("SettingsT", bound=VoiceSettings)


class CannotSpeak(PromptError):
    """The voice is well, but this is not for it: a language or a name that it does not have, marks
    that it does not know, a text that is too long."""


class Voice(ABC, Generic[SettingsT]):
    """An engine that speaks, found by its ``name``. Made once for settings that are the same;
    several calls use it at the same time."""

    name: ClassVar[str]
    settings_model: ClassVar[type[VoiceSettings]] = VoiceSettings
    knows_markup: bool = False
    """Whether it takes SSML; then it has a :meth:`speak_markup` of its own."""

    def __init__(self, settings: SettingsT) -> None:
        self.settings = settings

    @property
    def title(self) -> str:
        """How logs, figures and doctor call it."""
        return self.name

    @abstractmethod
    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        """A sound file of the text: PCM ``.wav`` at any rate, or what libsndfile reads. Never
        blocks the event loop, and ends by itself, though nobody waits for it any more.

        ``voice`` is a name the engine knows, or None for its own choice for the language (BCP
        47); ``speed`` 1 is its usual one. Raises CannotSpeak for a language or voice it does not
        have; PromptError when it fails or takes too long; NotAvailable when it cannot run on this
        machine. No message holds the text.
        """

    async def speak_markup(
        self, ssml: str, language: str, voice: str | None, speed: float
    ) -> bytes:
        """The same of a well-formed SSML document. Raises CannotSpeak where it knows none."""
        raise CannotSpeak(f"the voice engine {self.name} does not know SSML")

    @abstractmethod
    async def version(self) -> str:
        """What differs when the engine's sound does. Raises NotAvailable."""

    @abstractmethod
    async def voices(self, language: str) -> Collection[str]:
        """The names of its voices for a language, as far as it can tell; empty if it cannot speak
        it."""

    async def close(self) -> None:
        """Let go of what it holds."""


@cache
def registry() -> Registry[Voice[Any]]:
    """All voice engines: the files of ``prompts/voices`` and the entry points."""
    return Registry.find(Voice, "name", voices, ENTRY_POINTS)  # type: ignore[type-abstract]
