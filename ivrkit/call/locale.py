"""In which language a call is spoken to, and the phrases that its flow's version has for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ivrkit.call.fallbacks import NO_FALLBACKS, Fallbacks
from ivrkit.call.fallbacks import wider as wider
from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.expressions.types import Type

if TYPE_CHECKING:
    from ivrkit.call.prompt import Prompt


def is_same_language(tag: str, other: str) -> bool:
    """Whether two tags are variants of one language: ``en`` and ``en-GB``."""
    return tag.partition("-")[0] == other.partition("-")[0]


def nearest_tag(tag: str, known: Iterable[str], fallbacks: Fallbacks = NO_FALLBACKS) -> str | None:
    """The one of these tags in which the language of a tag is best served: itself, one that
    stands in for it, another variant of the same language; None if none of them is there."""
    there = list(known)
    for each in fallbacks.chain(tag):
        if each in there:
            return each
    return next((each for each in there if is_same_language(each, tag)), None)


def normal(text: str) -> str:
    """A text as it is looked up: what is white counts as one space."""
    return " ".join(text.split())


def has_words(text: str) -> bool:
    """Whether a text, besides its ``{{ }}``, has anything that differs between languages."""
    outside = re.sub(r"\{\{.*?\}\}", "", text, flags=re.DOTALL)
    return any(character.isalpha() for character in outside)


@dataclass(frozen=True)
class Phrase:
    """A phrase of the catalogue: one prompt per language, with parameters of its own.

    ``source`` is its entry in the catalogue as plain data, by which a version stays what it was;
    ``marks`` are the places of its fields (``es/0/text``). ``voices`` and ``recorded`` are by
    language; ``""`` stands for all.
    """

    name: str
    prompts: Mapping[str, Prompt]
    params: Mapping[str, Type] = field(default_factory=dict)
    source: Mapping[str, object] = field(default_factory=dict)
    mark: Mark = NOWHERE
    marks: Mapping[str, Mark] = field(default_factory=dict)
    voices: Mapping[str, str] = field(default_factory=dict)
    recorded: Mapping[str, bool] = field(default_factory=dict)

    def voice(self, language: str) -> str | None:
        """Who speaks its text of a language, where it says so; ``""`` is for all languages."""
        return self.voices.get(language) or self.voices.get("")

    def wants_recording(self, language: str) -> bool | None:
        """Whether it is to be recorded in a language; None: as the site has it."""
        for tag in (*wider(language), ""):
            if tag in self.recorded:
                return self.recorded[tag]
        return False if self.recorded else None

    def language_for(self, locale: Locale) -> str | None:
        """Its best language for a call; None if it has none at all."""
        return locale.choose(self.prompts)

    def speaks(self, language: str) -> bool:
        """Whether it has a text in a language."""
        return nearest_tag(language, self.prompts) is not None


class Phrases:
    """Phrases by name, and by the text that they are in a language; and which language stands in
    for which."""

    def __init__(self, phrases: Mapping[str, Phrase], fallbacks: Fallbacks = NO_FALLBACKS) -> None:
        self._phrases = phrases
        self.fallbacks = fallbacks

    def with_fallbacks(self, fallbacks: Fallbacks) -> Phrases:
        """The same phrases, with other languages that stand in."""
        return Phrases(self._phrases, fallbacks)

    def __iter__(self) -> Iterator[str]:
        return iter(self._phrases)

    def __len__(self) -> int:
        return len(self._phrases)

    def find(self, name: str) -> Phrase | None:
        """The phrase of a name."""
        return self._phrases.get(name)

    def saying(self, text: str, language: str, wanted: str = "") -> Phrase | None:
        """The phrase that is this text in a language; of several the first by name, of those that
        have a text in the language ``wanted`` if there are some."""
        found = self.all_saying(text, language)
        spoken = (phrase for phrase in found if wanted and phrase.speaks(wanted))
        return next(spoken, found[0] if found else None)

    def all_saying(self, text: str, language: str) -> Sequence[Phrase]:
        """The phrases that are this text in a language, by name: two flows may both say "Please
        choose." and be translated into different languages."""
        return self._by_text.get((language, normal(text)), ())

    @cached_property
    def _by_text(self) -> dict[tuple[str, str], list[Phrase]]:
        found: dict[tuple[str, str], list[Phrase]] = {}
        for name in sorted(self._phrases):
            phrase = self._phrases[name]
            for language, prompt in phrase.prompts.items():
                text = prompt.only_text
                if text is not None:
                    found.setdefault((language, normal(text)), []).append(phrase)
        return found


NO_PHRASES: Final = Phrases({})


@dataclass(frozen=True)
class Locale:
    """What decides in which language something is said: the call's ``language``, then those that
    stand in for it and other variants of it, then ``home``, the language in which the flow is
    written.

    ``as_written``: texts are in the language already (those of the catalogue itself, and those
    that are written for one language), and are not looked up.
    """

    language: str = ""
    home: str = ""
    phrases: Phrases = NO_PHRASES
    as_written: bool = False

    @property
    def is_at_home(self) -> bool:
        """Whether the flow is written in the call's language."""
        return self.as_written or not self.home or is_same_language(self.language, self.home)

    @property
    def at_home(self) -> Locale:
        """The same call, spoken to in the language of the flow."""
        return replace(self, language=self.home or self.language)

    @property
    def stand_ins(self) -> Iterator[Locale]:
        """The same call, spoken to in another language that stands in for its own."""
        for tag in self.phrases.fallbacks.chain(self.language):
            if not is_same_language(tag, self.language):
                yield replace(self, language=tag)

    def written_in(self, language: str) -> Locale:
        """For texts that are written for a language."""
        spoken = self.language if is_same_language(self.language, language) else language
        return replace(self, language=spoken, home=language, as_written=True)

    def choose(self, languages: Iterable[str]) -> str | None:
        """The best of some languages for this call: its own before the flow's before any."""
        there = list(languages)
        for tag in (self.language, self.home):
            found = nearest_tag(tag, there, self.phrases.fallbacks)
            if found is not None:
                return found
        return there[0] if there else None

    def translation(self, text: str) -> Phrase | None:
        """The phrase that a text of the flow is."""
        if self.as_written or not len(self.phrases):
            return None
        return self.phrases.saying(text, self.home, self.language)


AS_WRITTEN: Final = Locale(as_written=True)
"""No language in particular: every text is said as it stands."""
