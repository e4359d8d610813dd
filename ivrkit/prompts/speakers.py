"""Which voices speak a text: the first of a list, and the next one where it fails or is slow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from ivrkit.call.locale import wider
from ivrkit.errors import ConfigurationError, IvrkitError, PromptError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.prompts import audio
from ivrkit.prompts.cache import Speech
from ivrkit.prompts.plan import Spoken
from ivrkit.prompts.settings import PromptSettings
from ivrkit.prompts.speaker import PATIENCE, Observe, Speaker, Turn, nobody
from ivrkit.prompts.voice import Voice, VoiceSettings, registry

T = TypeVar("T")

TO_TELL: Final = 0.95
"""The part of a caller's patience that voices have; in the rest the last one's failure is told."""

Make = Callable[[Speech, Turn], Awaitable[T]]
"""What is made of a text that a voice is to speak: it may be there already."""


@dataclass(frozen=True, slots=True)
class VoiceCheck:
    """Whether a language can be spoken here; ``text`` says by whom, or what to do. ``missing``
    tells of the voices of its list that cannot."""

    language: str
    ok: bool
    text: str
    missing: tuple[str, ...] = ()
    name: str = ""
    """The name of `prompts: voices`, where it is no language."""


class Speakers:
    """The voice engines, each made when it is first needed.

    A caller waits for all voices of a list together no longer than `dynamic: wait`: each but the
    last has its ``timeout``, or an equal part.
    """

    def __init__(
        self,
        settings: PromptSettings,
        engines: Mapping[str, type[Voice[Any]]] | None = None,
        observe: Observe = nobody,
    ) -> None:
        self._settings = settings
        self._engines = registry() if engines is None else engines
        self._observe = observe
        self._wait = settings.dynamic.wait.total_seconds()
        self._made: list[tuple[VoiceSettings, Speaker]] = []
        self._turns: dict[tuple[str, str | None], tuple[Turn, ...]] = {}

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Those that were needed so far."""
        return tuple(speaker for _, speaker in self._made)

    async def spoken(self, spoken: Spoken, make: Make[T], *, patient: bool = False) -> T:
        """What ``make`` gives for the first voice that speaks a text. ``patient``: nobody waits
        for it on a telephone. Raises PromptError with the reasons of all voices, ConfigurationError
        for an engine that does not exist."""
        turns = self.turns(spoken.language, spoken.voice)
        loop = asyncio.get_running_loop()
        latest = loop.time() + self._wait * TO_TELL
        reasons: list[str] = []
        for turn in turns:
            limit = PATIENCE if patient else turn.limit
            if turn.last and reasons and not patient:
                limit = max(0.0, latest - loop.time())
            try:
                async with asyncio.timeout(limit):
                    return await make(await turn.speech(spoken, self._settings.loudness), turn)
            except (IvrkitError, TimeoutError) as error:
                if turn.first and turn.last:
                    raise _alone(error, turn, limit) from None
                late = isinstance(error, TimeoutError)
                why = f"it took longer than {limit:g} s" if late else str(error)
                reasons.append(f"{turn.speaker.title}: {why}")
                turn.speaker.passed_over(spoken.language, error)
        raise PromptError(
            f"no voice of '{spoken.language}' spoke: {'; '.join(reasons)}",
            hint="ivrkit doctor tries each of them",
        )

    async def sounds_like(self, language: str) -> str:
        """What differs when a language sounds different: the engines, versions, voices, speeds."""
        found = []
        for turn in self.turns(language):
            try:
                found.append(repr(await turn.speech(Spoken("", "", language), 0.0)))
            except IvrkitError as error:
                found.append(str(error))
        return " ".join((*found, f"{self._settings.loudness:g}"))

    def markup_problem(self, language: str, voice: str | None) -> str:
        """Why no voice of a language can speak SSML; empty if one can."""
        turns = self.turns(language, voice)
        if any(turn.speaker.engine.knows_markup for turn in turns):
            return ""
        names = " nor ".join(dict.fromkeys(turn.settings.engine for turn in turns))
        does = "does not know" if len(turns) == 1 else "know no"
        return f"the voice engine {names} {does} SSML"

    async def check(self, language: str, voice: str | None = None) -> VoiceCheck:
        """Try a language for ``doctor``: each voice really speaks one word."""
        spoke: list[str] = []
        missing: list[str] = []
        name = voice or ""
        try:
            turns = self.turns(language, voice)
        except IvrkitError as error:
            return VoiceCheck(language, False, str(error), name=name)
        for turn in turns:
            try:
                spoke.append(await self._tried(turn, language))
            except IvrkitError as error:
                missing.append(f"{turn.speaker.title}: {error}" if len(turns) > 1 else str(error))
        if not spoke:
            return VoiceCheck(language, False, "; ".join(missing), name=name)
        return VoiceCheck(language, True, "; ".join(spoke), tuple(missing), name)

    async def check_all(self, languages: Sequence[str]) -> list[VoiceCheck]:
        """Try the voices of these languages, then those that have a name of their own: one of them
        is well if it speaks any of these languages."""
        found = [await self.check(language) for language in languages]
        taken = {tag for language in languages for tag in wider(language)}
        for name in self._settings.voices:
            if name not in taken:
                tried = [await self.check(language, name) for language in languages or ("en",)]
                found.append(next((each for each in tried if each.ok), tried[0]))
        return found

    async def close(self) -> None:
        """Let go of the engines."""
        made, self._made = self._made, []
        self._turns.clear()
        await asyncio.gather(*(speaker.engine.close() for _, speaker in made))

    def turns(self, language: str, voice: str | None = None) -> tuple[Turn, ...]:
        """The voices that are asked for a language, or for a name of `prompts: voices`, in their
        order. Any other name is one that the first voice's engine knows. Raises
        ConfigurationError."""
        key = language, voice
        found = self._turns.get(key)
        if found is None:
            found = self._turns[key] = tuple(self._in_turn(self._chosen(language, voice)))
        return found

    def _in_turn(self, chosen: Sequence[VoiceSettings]) -> list[Turn]:
        share = self._wait / len(chosen)
        return [
            Turn(
                self._speaker(each),
                each,
                each.timeout.total_seconds() if each.timeout is not None else share,
                first=at == 0,
                last=at == len(chosen) - 1,
            )
            for at, each in enumerate(chosen)
        ]

    def _chosen(self, language: str, voice: str | None) -> Sequence[VoiceSettings]:
        voices = self._settings.voices
        if voice is not None and voice in voices:
            return voices[voice]
        tag = next((tag for tag in wider(language) if tag in voices), None)
        usual = voices[tag] if tag is not None else (self._default(),)
        if voice is None:
            return usual
        return (usual[0].model_copy(update={"voice": voice}), *usual[1:])

    def _default(self) -> VoiceSettings:
        name = self._settings.engine
        try:
            return self._engine(name).settings_model.model_validate({"engine": name})
        except ValidationError as error:
            wanted = ", ".join(str(each["loc"][0]) for each in error.errors() if each["loc"])
            raise ConfigurationError(
                f"the voice engine {name} needs settings: {wanted}",
                hint="write them for each language under prompts: voices",
            ) from None

    def _speaker(self, settings: VoiceSettings) -> Speaker:
        wanted = settings.of_engine
        for made, speaker in self._made:
            if made == wanted:
                return speaker
        speaker = Speaker(self._engine(settings.engine)(wanted), self._observe, time.monotonic)
        self._made.append((wanted, speaker))
        return speaker

    def _engine(self, name: str) -> type[Voice[Any]]:
        if name not in self._engines:
            raise ConfigurationError(
                f"there is no voice engine '{name}'", hint=did_you_mean(name, self._engines)
            )
        return self._engines[name]

    async def _tried(self, turn: Turn, language: str) -> str:
        """Who spoke a word. Raises IvrkitError."""
        try:
            async with asyncio.timeout(PATIENCE):
                speech = await turn.speech(Spoken("1", "1", language), 0.0)
                engine, voice = turn.speaker.engine, speech.voice
                sound = await engine.speak(speech.text, language, voice, speech.speed)
        except TimeoutError as error:
            raise _alone(error, turn, PATIENCE) from None
        await asyncio.to_thread(audio.speech, sound)
        return f"{_whole_title(turn, speech)}{f', voice {speech.voice}' if speech.voice else ''}"


def _whole_title(turn: Turn, speech: Speech) -> str:
    """An engine with its version, and what tells it apart from others of its kind."""
    title = turn.speaker.title
    return speech.engine if title == turn.settings.engine else title


def _alone(error: Exception, turn: Turn, limit: float) -> Exception:
    """The failure of a voice beside which there is none."""
    if isinstance(error, TimeoutError):
        return PromptError(f"the voice {turn.speaker.title} took longer than {limit:g} s")
    return error
