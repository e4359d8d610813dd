"""The prompt service: pieces in, sound files out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from ivrkit.call.fallbacks import Fallbacks
from ivrkit.call.locale import Locale
from ivrkit.call.prompt import Media, Part, Piece, Prompt, Rendered
from ivrkit.errors import NotAvailable, PromptError
from ivrkit.expressions.expression import Expression
from ivrkit.flow.walk import found_in
from ivrkit.prompts.announcement import PressPart, StopPart, announcement, apology, confirmation
from ivrkit.prompts.ephemeral import Ephemeral
from ivrkit.prompts.kept import Kept
from ivrkit.prompts.language import Languages
from ivrkit.prompts.messages import MessageFiles, is_message
from ivrkit.prompts.part import registry
from ivrkit.prompts.parts.ssml import SsmlPart
from ivrkit.prompts.plan import (
    Key,
    Planner,
    Played,
    Segment,
    Sound,
    Spoken,
    Words,
    joined,
    key_of,
    recorded_in,
    silence_of,
    spoken_language,
)
from ivrkit.prompts.preparing import static_runs
from ivrkit.prompts.recordings import Recordings
from ivrkit.prompts.settings import PromptSettings
from ivrkit.prompts.sounds import Sounds
from ivrkit.prompts.speaker import Observe, Speaker, nobody
from ivrkit.prompts.speakers import Speakers, VoiceCheck
from ivrkit.prompts.understanding.service import Understood
from ivrkit.prompts.voice import Voice

log = structlog.get_logger("ivrkit.prompts")

MOST_READY = 500_000
"""Prompts that are remembered as ready: all that flows have, in every language. With more, the
others are put together anew each time."""
MOST_REPORTED = 1_000
"""Missing recordings that are told of; :meth:`PromptService.refresh` begins anew."""

Progress = Callable[[int, int], None]
"""Called with how many prompts are ready, and how many there are."""


class PromptService:
    """The port :class:`~ivrkit.call.prompt.Prompts` with sound.

    Recordings of the project are preferred, then what was spoken before, then a voice. A prompt
    that is the same in every call is looked up in memory and costs no look at the disk.
    ``messages`` is the folder of what callers have recorded.
    """

    def __init__(
        self,
        settings: PromptSettings,
        *,
        parts: Mapping[str, type[Part]] | None = None,
        languages: Languages | None = None,
        engines: Mapping[str, type[Voice[Any]]] | None = None,
        messages: Path | None = None,
        recordings: Recordings | None = None,
        observe: Observe = nobody,
    ) -> None:
        self._settings = settings
        self._messages = MessageFiles(messages)
        self._languages = languages or Languages(settings.currency, fallbacks=settings.fallbacks)
        self._understanding = Understood(self._languages)
        self._recordings = recordings or Recordings.of(settings)
        self._planner = planner(parts, self._languages, self._recordings.has_word)
        self._speakers = Speakers(settings, engines, observe)
        self._sounds = Sounds(settings, self._speakers)
        self._ready = Kept(MOST_READY)
        self._reported: set[tuple[str, str]] = set()

    @property
    def understanding(self) -> Understood:
        """Who understands what callers say, in the languages that are spoken."""
        return self._understanding

    def ready(self, pieces: Sequence[Piece], language: str) -> Rendered | None:
        """What is the same in every call and was asked for before."""
        return self._ready.find(pieces, language)

    async def render(self, pieces: Sequence[Piece], language: str) -> Rendered:
        """The sound files for these pieces. ``release`` of the result is to be called when they
        were played. Raises PromptError when no voice can speak them, or not in time."""
        ready = self.ready(pieces, language)
        if ready is not None:
            return ready
        key = key_of(pieces, language)
        limit = self._settings.dynamic.wait.total_seconds()
        try:
            async with asyncio.timeout(limit):
                return await self._render(pieces, language, key)
        except TimeoutError:
            raise PromptError(f"the voice took longer than {limit:g} s") from None
        except NotAvailable as error:
            raise PromptError(error.message, hint=error.hint) from None

    def announcement(self, say: Prompt, key: str, language: str) -> Prompt:
        """What a menu entry says of itself and the key for it ("For balances, press 1.")."""
        return announcement(say, key)

    def confirmation(
        self,
        value: Expression | None,
        kind: str,
        yes: str,
        no: str,
        language: str,
        heard: bool = False,
    ) -> Prompt:
        """Reads an entry back and asks whether it is right."""
        return confirmation(self._languages, value, kind, yes, no, language, heard)

    def apology(self, language: str) -> Prompt:
        """What is said when a call cannot go on."""
        return apology(self._languages, language)

    async def prepare(
        self, prompts: Iterable[Prompt], locale: Locale, progress: Progress | None = None
    ) -> None:
        """Speak what is the same in every call of a language, before one comes.

        A prompt is to be given as it will be rendered: with the announcements behind it. Raises
        PromptError that tells of all that cannot be said.
        """
        language = locale.language
        all_prompts = list(prompts)
        runs = {
            key_of(run, language): run
            for prompt in all_prompts
            for run in static_runs(prompt, locale)
        }
        turns = asyncio.Semaphore(self._settings.preparing)
        done = 0

        async def ready(key: Key | None, run: Sequence[Piece]) -> None:
            nonlocal done
            async with turns:
                if key not in self._ready:
                    await self._render(run, language, key, patient=True)
            done += 1
            if progress is not None:
                progress(done, len(runs))

        results = await asyncio.gather(
            *(ready(key, run) for key, run in runs.items()), return_exceptions=True
        )
        problems = [*results, *self._markup_problems(all_prompts, language)]
        failed = list(dict.fromkeys(str(problem) for problem in problems if problem is not None))
        if failed:
            more = f", and {len(failed) - 3} more" if len(failed) > 3 else ""
            raise PromptError(
                f"prompts that cannot be said in '{language}': {'; '.join(failed[:3])}{more}"
            )

    async def check_voices(self, languages: Iterable[str]) -> list[VoiceCheck]:
        """Whether the languages can be spoken here, for ``doctor``."""
        return await self._speakers.check_all(tuple(languages))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have say rules."""
        return self._languages.tags

    def has_audio(self, name: str, language: str) -> bool:
        """Whether there is a recording of this name. Raises PromptError for what is no name."""
        return self._recordings.find(name, language) is not None

    def exists(self, name: str) -> bool:
        """Whether there is a recording of this name in any language. Raises PromptError for what
        is no name."""
        return self._recordings.exists(name)

    @property
    def folder(self) -> Path:
        """Where recordings and the catalogue of phrases lie."""
        return self._settings.folder

    @property
    def lasting(self) -> list[Path]:
        """The files of what is the same in every call, as far as it was asked for."""
        return self._sounds.lasting

    @property
    def spoken_now(self) -> int:
        """How many lasting files were made by this service."""
        return self._sounds.spoken_now

    @property
    def stood_in(self) -> int:
        """How many lasting files are those of a voice that is not the first of its list."""
        return self._sounds.stood_in

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """The voices that were needed so far."""
        return self._speakers.speakers

    @property
    def fallbacks(self) -> Fallbacks:
        """Which language stands in for which."""
        return self._settings.fallbacks

    @property
    def recordings(self) -> Recordings:
        """The recordings of the project."""
        return self._recordings

    def refresh(self) -> None:
        """Look at recordings and spoken texts again, after they or the flows were changed."""
        self._recordings.refresh()
        self._sounds.refresh()
        self._ready.clear()
        self._reported.clear()

    def forget_dynamic(self) -> None:
        """Erase what was made of calls' data; what may be playing goes a little later."""
        self._sounds.forget_dynamic()

    async def close(self) -> None:
        """Stop speaking, and erase all that was made of calls' data."""
        await self._sounds.close()
        await self._speakers.close()

    async def _render(
        self, pieces: Sequence[Piece], language: str, key: Key | None, *, patient: bool = False
    ) -> Rendered:
        segments = self._planner.plan(pieces, language)
        private = self._sounds.private()
        try:
            media = await self._all_media(segments, private, patient)
        except BaseException:
            private.release()
            raise
        text = joined(each.shown for each in segments)
        spoken = spoken_language(segments, language)
        other = recorded_in(segments, self._recordings.tag_of)
        if key is None:
            return Rendered(media, text, spoken, other, private.release)
        rendered = Rendered(media, text, spoken, other)
        self._ready.keep(key, rendered)
        return rendered

    async def _all_media(
        self, segments: Sequence[Segment], private: Ephemeral, patient: bool
    ) -> tuple[Media, ...]:
        found = await asyncio.gather(
            *(self._media(segment, private, patient) for segment in segments)
        )
        return tuple(each for several in found for each in several)

    async def _media(self, segment: Segment, private: Ephemeral, patient: bool) -> Sequence[Media]:
        match segment:
            case Spoken():
                return [await self._sounds.spoken(segment, private, patient=patient)]
            case Sound():
                return [await self._sounds.made(segment)]
            case Words():
                words = [await self._word(each, segment.language) for each in segment.sounds]
                return [await self._sounds.as_one(words, private)] if segment.secret else words
            case Played():
                return await self._played(segment, private, patient)

    def _markup_problems(self, prompts: Sequence[Prompt], language: str) -> list[str]:
        """Voices that are to speak SSML and do not know it; also where it holds data of a call."""
        marked = [part for prompt in prompts for part in found_in(prompt, SsmlPart)]
        found = [
            self._speakers.markup_problem(part.language or language, part.voice) for part in marked
        ]
        return [problem for problem in found if problem]

    async def _word(self, sound: str | float, language: str) -> Media:
        if isinstance(sound, float):
            return await self._sounds.made(silence_of(sound))
        path = self._recordings.find(sound, language)
        if path is None:
            raise PromptError(f"the recording of '{sound}' has gone", hint="reload the flows")
        return await self._sounds.threaded(lambda: self._recordings.copy(path))

    async def _played(self, played: Played, private: Ephemeral, patient: bool) -> Sequence[Media]:
        """A recording, or what is said instead of one that is missing or cannot be read."""
        problem = f"there is no recording '{played.name}' in '{played.language}'"
        file = self._file(played, private)
        if file is not None:
            try:
                return [await self._sounds.threaded(file)]
            except PromptError as error:
                problem = str(error)
        if not played.fallback:
            hint = f"put {played.name}.wav into {self._settings.folder}, or give a text"
            raise PromptError(problem, hint=hint if file is None else "or give a text")
        self._report(played, problem)
        return await self._all_media(played.fallback, private, patient)

    def _file(self, played: Played, private: Ephemeral) -> Callable[[], Media] | None:
        """What finds the sound of a recording or message, and blocks; None where there is none."""
        if is_message(played.name):
            return lambda: self._messages.copy(played.name, private, played.shown)
        path = self._recordings.find(played.name, played.language)
        if path is None:
            return None
        return lambda: replace(self._recordings.copy(path), text=played.shown)

    def _report(self, played: Played, problem: str) -> None:
        """Tell once of a recording that is missing; names may be made of data of calls."""
        what = (played.name, played.language)
        if what in self._reported or len(self._reported) >= MOST_REPORTED:
            return
        self._reported.add(what)
        log.warning("recording_missing", problem=problem, instead="the text is spoken")


def planner(
    parts: Mapping[str, type[Part]] | None,
    languages: Languages,
    recorded: Callable[[str, str], bool],
) -> Planner:
    """A planner for the parts a flow may write, and for what the engine adds to them."""
    known = registry() if parts is None else parts
    return Planner(
        {**known, PressPart.form: PressPart, StopPart.form: StopPart}, languages, recorded
    )
