"""pyttsx3: the speech of the system, in a process of its own, as it bears no other."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from importlib.metadata import version as version_of
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import Field

from ivrkit.call.locale import wider
from ivrkit.errors import NotAvailable, PromptError, WorkerError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.prompts.pyttsx3_worker import Pyttsx3Question
from ivrkit.prompts.voice import LONGEST_TEXT, CannotSpeak, Voice, VoiceSettings
from ivrkit.prompts.voices.espeak import VOICES, WORDS_A_MINUTE, speakable
from ivrkit.workers.frames import Setup
from ivrkit.workers.pool import Workers
from ivrkit.workers.process import Program

PACKAGE: Final = "pyttsx3"
LONGEST_WAIT: Final = 20.0
"""Seconds for one text; then its process hangs, and is ended."""


class Pyttsx3Settings(VoiceSettings):
    """pyttsx3, a Python package that drives the system's own speech (on Linux espeak-ng's
    library). ``voice`` is the identifier of one of its voices (`gmw/en-us`) or the last part of
    it; ``processes`` is how many texts are spoken at the same time. Where there is a list of
    voices, a caller waits for this one no longer than ``timeout``."""

    engine: str = PACKAGE
    processes: int = Field(default=2, ge=1, le=16)


class Known(NamedTuple):
    """A voice of the system."""

    identifier: str
    name: str
    languages: tuple[str, ...]

    @property
    def short(self) -> str:
        """The last part of the identifier."""
        return self.identifier.rpartition("/")[2].lower()


class Pyttsx3(Voice[Pyttsx3Settings]):
    """The voice engine ``pyttsx3``."""

    name = PACKAGE
    settings_model = Pyttsx3Settings

    def __init__(self, settings: Pyttsx3Settings | None = None) -> None:
        super().__init__(settings or Pyttsx3Settings())
        program = Program("ivrkit.prompts.pyttsx3_worker", Setup(), Path("/"))
        self._workers = Workers(program, self.settings.processes)
        self._known: tuple[Known, ...] = ()

    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        if len(text) > LONGEST_TEXT:
            raise CannotSpeak(
                f"a text of {len(text)} characters is too long to be spoken",
                hint="split it into several parts",
            )
        known = await self._voices()
        # A name that it does not know would be passed over in silence.
        chosen = _named(known, voice) if voice is not None else _of_language(known, language)
        rate = min(450, max(80, round(WORDS_A_MINUTE * speed)))
        sound = await self._asked(Pyttsx3Question(speakable(text), chosen.identifier, rate))
        if not isinstance(sound, bytes) or len(sound) <= 44:
            raise PromptError(f"{PACKAGE} gave no sound with the voice '{chosen.identifier}'")
        return sound

    async def version(self) -> str:
        if find_spec(PACKAGE) is None:
            raise NotAvailable(
                f"the Python package {PACKAGE} is not installed",
                hint="pip install 'ivrkit[voices]', and apt-get install espeak-ng",
            )
        return version_of(PACKAGE)

    async def voices(self, language: str) -> Collection[str]:
        names = _names(language)
        return tuple(each.short for each in await self._voices() if _fits(each, names))

    async def close(self) -> None:
        await self._workers.close()

    async def _voices(self) -> Sequence[Known]:
        if not self._known:
            await self.version()
            found = await self._asked(Pyttsx3Question())
            self._known = tuple(Known(one, name, tuple(tags)) for one, name, tags in found)
        return self._known

    async def _asked(self, question: Pyttsx3Question) -> Any:
        try:
            async with asyncio.timeout(LONGEST_WAIT), self._workers.one() as worker:
                reply = await worker.ask(question)
        except TimeoutError:
            raise PromptError(f"{PACKAGE} took longer than {LONGEST_WAIT:g} s") from None
        except WorkerError as error:
            raise PromptError(f"{PACKAGE} failed: {error}") from None
        if reply.error:
            raise PromptError(f"{PACKAGE} failed: {reply.error}")
        return reply.value


def _named(known: Sequence[Known], voice: str) -> Known:
    wanted = voice.lower()
    for each in known:
        if wanted in (each.identifier.lower(), each.short, each.name.lower()):
            return each
    names = [each.short for each in known]
    raise CannotSpeak(f"{PACKAGE} has no voice '{voice}'", hint=did_you_mean(voice, names))


def _of_language(known: Sequence[Known], language: str) -> Known:
    for name in _names(language):
        for each in known:
            if _fits(each, (name,)):
                return each
    raise CannotSpeak(
        f"{PACKAGE} does not speak '{language}'",
        hint="name another voice for it under prompts.voices",
    )


def _names(language: str) -> list[str]:
    """How the system's voices of a language may be called, the nearest first."""
    return [VOICES.get(tag, tag).lower() for tag in wider(language.lower())]


def _fits(voice: Known, names: Collection[str]) -> bool:
    return voice.short in names or any(tag.lower() in names for tag in voice.languages)
