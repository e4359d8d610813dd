"""The voice port: what speaks a text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from functools import cache
from typing import ClassVar

from ivrkit.errors import PromptError
from ivrkit.flow.registry import Registry
from ivrkit.prompts import voices

ENTRY_POINTS = "ivrkit.voices"
LONGEST_TEXT = 4000
"""Characters of one text that a voice must take."""


class Voice(ABC):
    """An engine that speaks, found by its ``name``. Made once, without arguments; several calls
    use it at the same time."""

    name: ClassVar[str]
    knows_markup: ClassVar[bool] = False
    """Whether it takes SSML; then it has a :meth:`speak_markup` of its own."""

    @abstractmethod
    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        """A PCM ``.wav`` file of the text, at any rate. Never blocks the event loop.

        ``voice`` is a name the engine knows, or None for its own choice for the language (BCP
        47); ``speed`` 1 is its usual one. Raises PromptError for a language or voice it does not
        have, and when it takes too long; NotAvailable when it cannot run on this machine.
        """

    async def speak_markup(
        self, ssml: str, language: str, voice: str | None, speed: float
    ) -> bytes:
        """The same of a well-formed SSML document. Raises PromptError where it knows none."""
        raise PromptError(f"the voice engine {self.name} does not know SSML")

    @abstractmethod
    async def version(self) -> str:
        """What differs when the engine's sound does. Raises NotAvailable."""

    @abstractmethod
    async def voices(self, language: str) -> Collection[str]:
        """The names of its voices for a language; empty if it cannot speak it."""

    def close(self) -> None:  # noqa: B027 (most engines hold nothing)
        """Let go of what it holds."""


@cache
def registry() -> Registry[Voice]:
    """All voice engines: the files of ``prompts/voices`` and the entry points."""
    return Registry.find(Voice, "name", voices, ENTRY_POINTS)  # type: ignore[type-abstract]
