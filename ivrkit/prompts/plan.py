"""What a prompt comes to: which texts a voice speaks, which files are played, in which order.

Pure but for the question whether a word was recorded; the service and the simulator share it, so
that both say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from ivrkit.call.prompt import Part, Piece
from ivrkit.call.writing import beside
from ivrkit.errors import PromptError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.secrets import MASK
from ivrkit.prompts import audio
from ivrkit.prompts.language import Language, Languages
from ivrkit.prompts.messages import SHOWN, is_message
from ivrkit.prompts.part import Made, Markup, Recording, SayablePart
from ivrkit.prompts.words import Utterance

ENDS = (".", "!", "?", ":", ";", "…", "。", "！", "？", "；", "：")
"""After these a text is complete, and the next one is spoken by itself."""
GLUED = (",", ".", ";", ":", "!", "?", "，", "。", "、", "；", "：", "！", "？")
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters and what is none: a voice that chokes on them, because somebody's name in a
database has one, would be left alone as broken."""
_WEAK = " .,;:。，；：、"
"""Signs at the end of a text that give way to one at the beginning of the next."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text for a voice. ``shown`` is what trace and scripts show of it."""

    text: str
    shown: str
    language: str
    voice: str | None = None
    speed: float = 1.0
    dynamic: bool = False
    secret: bool = False
    markup: bool = False
    """Whether the text has marks of SSML."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that were all recorded: names of sounds, and seconds of silence between them."""

    sounds: tuple[str | float, ...]
    shown: str
    language: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """A recording, and what is said when it is missing."""

    name: str
    shown: str
    language: str
    fallback: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound that is calculated."""

    made: Made
    dynamic: bool = False
    shown: str = ""


Segment: TypeAlias = "Spoken | Words | Played | Sound"
Key: TypeAlias = tuple[object, ...]


class Planner:
    """Plans prompts. ``recorded`` tells whether a word (language, sound) was recorded."""

    def __init__(
        self,
        parts: Mapping[str, type[Part]],
        languages: Languages,
        recorded: Callable[[str, str], bool],
    ) -> None:
        self._parts = parts
        self._languages = languages
        self._recorded = recorded

    def plan(self, pieces: Sequence[Piece], language: str) -> list[Segment]:
        """The segments of a prompt. Raises PromptError for what no rule can say."""
        segments: list[Segment] = []
        for segment in self._segments(pieces, language):
            last = segments[-1] if segments else None
            whole = None if last is None else together(last, segment)
            if whole is None:
                segments.append(segment)
            else:
                segments[-1] = whole
        return segments

    def _segments(self, pieces: Iterable[Piece], language: str) -> Iterator[Segment]:
        for piece in pieces:
            spoken = piece.language or language
            rules = _Rules(self._languages, spoken)
            heard = self._form(piece).heard(piece, rules)
            spoken = rules.language
            match heard:
                case Made():
                    yield Sound(heard, piece.dynamic)
                case Markup():
                    shown = MASK if piece.secret else heard.text
                    said = self._spoken(heard.ssml, shown, piece, spoken)
                    yield replace(said, markup=True)
                case Recording():
                    yield from self._recording(heard, piece, spoken)
                case _:
                    yield from self._utterance(heard, piece, spoken)

    def _form(self, piece: Piece) -> type[SayablePart]:
        form = self._parts.get(piece.form)
        if form is None or not issubclass(form, SayablePart):
            raise PromptError(
                f"nothing here can say the prompt part '{piece.form}'",
                hint=did_you_mean(piece.form, self._parts),
            )
        return form

    def _utterance(self, heard: Utterance, piece: Piece, language: str) -> Iterator[Segment]:
        if not heard.words:
            return
        shown = MASK if piece.secret else heard.text
        if all(word.pause or self._recorded(language, word.sound) for word in heard.words):
            sounds = tuple(word.pause or word.sound for word in heard.words)
            yield Words(sounds, shown, language, piece.secret)
            return
        if len(heard.words) == 1:
            text = heard.words[0].text
        else:
            text = self._languages.find(language).speech(heard.words)
        yield self._spoken(text, shown, piece, language)

    def _recording(self, heard: Recording, piece: Piece, language: str) -> Iterator[Segment]:
        if heard.optional and not self._recorded(language, heard.name):
            yield from self._segments(piece.fallback, language)
            return
        fallback = tuple(self.plan(piece.fallback, language))
        named = SHOWN if is_message(heard.name) else f"[{heard.name}]"
        shown = joined(each.shown for each in fallback) if fallback else named
        yield Played(heard.name, shown, language, fallback)

    def _spoken(self, text: str, shown: str, piece: Piece, language: str) -> Spoken:
        text = _UNSPEAKABLE.sub(" ", text)
        return Spoken(text, shown, language, piece.voice, piece.speed, piece.dynamic, piece.secret)


class _Rules:
    """The say rules of a language, or of the one that stands in for it: then ``language`` is that
    one once they were asked for."""

    __slots__ = ("_languages", "language")

    def __init__(self, languages: Languages, language: str) -> None:
        self._languages = languages
        self.language = language

    def __call__(self) -> Language:
        self.language = self._languages.spoken(self.language)
        return self._languages.find(self.language)


def together(first: Segment, second: Segment) -> Segment | None:
    """Two segments as one; None if each is said by itself."""
    if isinstance(second, Words) and not any(isinstance(each, str) for each in second.sounds):
        # Nothing but the end of a sentence: it belongs to what stands before it.
        shown = joined((first.shown, second.shown))
        if isinstance(first, Words):
            return replace(first, sounds=first.sounds + second.sounds, shown=shown)
        if isinstance(first, Spoken) and not first.markup:
            return replace(first, text=joined((first.text, second.shown)), shown=shown)
    if isinstance(first, Spoken) and isinstance(second, Spoken) and joins(first, second):
        return join(first, second)
    return None


def joins(first: Spoken, second: Spoken) -> bool:
    """Whether two texts are one sentence for a voice: the first does not end, or the second
    begins with a comma, and the same voice speaks both."""
    if first.markup or second.markup:
        return False
    same = (first.language, first.voice, first.speed) == (
        second.language,
        second.voice,
        second.speed,
    )
    return same and (second.text.startswith(GLUED) or not first.text.endswith(ENDS))


def join(first: Spoken, second: Spoken) -> Spoken:
    """Two texts as one; it is dynamic or secret if one of them is."""
    return replace(
        first,
        text=joined((first.text, second.text)),
        shown=joined((first.shown, second.shown)),
        dynamic=first.dynamic or second.dynamic,
        secret=first.secret or second.secret,
    )


def joined(texts: Iterable[str]) -> str:
    """Texts as one; one that begins with a comma takes the place of a full stop before it."""
    whole = ""
    for text in texts:
        if text.startswith(GLUED):
            whole = whole.rstrip(_WEAK) + text
        elif text:
            whole = beside(whole, text)
    return whole


def key_of(pieces: Sequence[Piece], language: str) -> Key | None:
    """What a prompt is known by; None when it is not the same in every call."""
    parts: list[object] = [language]
    for piece in pieces:
        if piece.dynamic or piece.secret:
            return None
        inside = key_of(piece.fallback, language)
        if inside is None:
            return None
        parts.append(
            (
                piece.form,
                piece.value,
                tuple(piece.options.items()),
                piece.language,
                piece.voice,
                piece.speed,
                inside,
            )
        )
    return tuple(parts)


def silence_of(seconds: float) -> Sound:
    """A pause between recorded words."""
    return Sound(Made(f"silence-{seconds:.2f}", seconds, partial(audio.silence, seconds)))


def spoken_language(segments: Sequence[Segment], language: str) -> str:
    """The language in which a prompt is said: that of the first thing that has one."""
    return next((each.language for each in segments if not isinstance(each, Sound)), language)


def recorded_in(segments: Iterable[Segment], tag_of: Callable[[str, str], str | None]) -> str:
    """The language of recordings that stand in for those of the one in which a prompt is said;
    empty if none does. ``tag_of`` tells under which language a recording lies."""
    for each in segments:
        match each:
            case Played(name=name):
                tag = tag_of(name, each.language)
            case Words(sounds=(str() as name, *_)):
                tag = tag_of(name, each.language)
            case _:
                continue
        if tag and tag != each.language:
            return tag
    return ""
