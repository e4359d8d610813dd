"""A language: the rules by which values are said in it. Pure; nothing is spoken here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import ClassVar

from ivrkit.call.fallbacks import NO_FALLBACKS, Fallbacks
from ivrkit.call.locale import is_same_language
from ivrkit.errors import PromptError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.plurals import form_of
from ivrkit.flow.registry import Registry
from ivrkit.flow.world import Announced
from ivrkit.prompts import languages
from ivrkit.prompts.amounts import Currency
from ivrkit.prompts.announced import KeyWords
from ivrkit.prompts.heard_words import NO_WORDS, HeardWords
from ivrkit.prompts.text_words import TextWords
from ivrkit.prompts.words import STOP, Utterance, Word, sentence

ENTRY_POINTS = "ivrkit.languages"
KEYS = frozenset("0123456789*#ABCD")
"""The keys of a telephone; what is no sequence of them cannot be announced."""
DATE_STYLES = ("full", "short", "weekday", "relative")
DIGIT_STYLES = ("phone", "card")
CLOCKS = (12, 24)
GENDERS = ("masculine", "feminine", "neuter")


class Language(ABC):
    """The say rules of one language, found by its ``tag`` (BCP 47: ``en``, ``pt-BR``).

    ``currency`` is the one meant where a prompt names none (ISO 4217). Every method is a pure
    function of its arguments and raises PromptError for values it cannot say. Names of sounds are
    those of Asterisk's core sounds where these have the word, so that a copy of that folder
    serves as recordings; ``unrecorded`` names the words of the rules that they lack.

    A ``gender`` is one of GENDERS, or "" for a number that stands by itself. One that the language
    does not have is said as that, so that a flow in several languages names it once.
    """

    tag: ClassVar[str]
    space: ClassVar[str] = " "
    """What stands between words."""
    stop: ClassVar[Word] = STOP
    """The end of a sentence."""
    apology: ClassVar[str]
    """What is said when a call cannot go on and the flow has no answer to it."""
    entered: ClassVar[str]
    """What stands before an entry that is read back."""
    right: ClassVar[str]
    """What the key for "yes" is announced with, behind it."""
    wrong: ClassVar[str]
    """What the key for "no" is announced with."""
    yes: ClassVar[tuple[str, ...]]
    """What a caller says for yes, the most usual first; in small letters, without signs."""
    no: ClassVar[tuple[str, ...]]
    """What a caller says for no."""
    near_days: ClassVar[Mapping[int, Word]]
    """The words for yesterday (-1), today (0) and tomorrow (1)."""
    genders: ClassVar[tuple[str, ...]] = ()
    """Those of GENDERS that numbers agree with."""
    currencies: ClassVar[Mapping[str, Currency]]
    """The money that has names in this language, by ISO 4217 code."""
    letters: ClassVar[str] = ""
    """The letters of its alphabet, in capitals, that are not of A to Z and have a name."""
    unrecorded: ClassVar[frozenset[str]] = frozenset()
    """Names of sounds that the rules use and Asterisk's package of this language lacks: a value
    with such a word is said by the voice, unless a recording of that name is made."""
    key_words: ClassVar[KeyWords | None] = None
    """How a text of this language announces keys; None: it is not looked for."""
    text_words: ClassVar[TextWords | None] = None
    """What else the checks understand of a text of this language; None: nothing."""
    heard: ClassVar[HeardWords] = NO_WORDS
    """What its callers say that the rules do not."""

    def __init__(self, currency: str = "") -> None:
        self.currency = currency

    @abstractmethod
    def number(self, value: Decimal, gender: str = "") -> Utterance:
        """A cardinal number, exact to the places it has. ``gender`` is that of what it counts."""

    @abstractmethod
    def digits(self, text: str, group: int = 0, style: str = "") -> Utterance:
        """Digits one by one. ``group`` puts a pause after so many; 0 leaves that to the ``style``:
        ``phone`` as the language's speakers say a telephone number, ``card`` in groups of four.
        A space or hyphen in the text is a pause too."""

    @abstractmethod
    def spell(self, text: str) -> Utterance:
        """Letters, digits and signs, one by one."""

    @abstractmethod
    def money(self, value: Decimal, currency: str) -> Utterance:
        """An amount, rounded half to even to the currency's smallest unit."""

    @abstractmethod
    def date(self, value: date, style: str = "full", away: int | None = None) -> Utterance:
        """A date: ``full``, ``short`` (without year and weekday), ``weekday`` or ``relative``:
        yesterday, today and tomorrow where it is ``away`` -1, 0 or 1 days from the call's today,
        every other date in full. :meth:`near_day` serves a language's own ``date``."""

    @abstractmethod
    def time(self, value: time, clock: int = 0) -> Utterance:
        """A time of day, to the minute, on a ``clock`` of 12 or 24 hours; 0 is the language's."""

    @abstractmethod
    def ordinal(self, value: int, gender: str = "") -> Utterance:
        """A place in an order, from 1: third. ``gender`` is that of what is there."""

    @abstractmethod
    def duration(self, value: timedelta) -> Utterance:
        """A length of time, rounded to the second: two minutes and five seconds."""

    @abstractmethod
    def moment(
        self, value: datetime, style: str = "full", away: int | None = None, clock: int = 0
    ) -> Utterance:
        """A date (in one of its styles) and the time of day (on a clock)."""

    @abstractmethod
    def press(self, keys: str) -> Utterance:
        """The end of a menu entry's announcement: ``, press 1.`` behind ``For balances``."""

    @classmethod
    def plural(cls, count: int) -> str:
        """The form that so many of something take: ``one``, ``few``, ``many``, ``other`` …
        (CLDR, by Babel)."""
        return plural_form(count, cls.tag)

    @classmethod
    def near_day(cls, style: str, away: int | None) -> Utterance | None:
        """Yesterday, today or tomorrow, if a date of that style is said so."""
        word = cls.near_days.get(away) if style == "relative" and away is not None else None
        return None if word is None else Utterance(word.text, (word,))

    def speech(self, words: Iterable[Word]) -> str:
        """The words as the text a voice reads."""
        return sentence(words, self.space)

    def announced(self, text: str) -> list[Announced]:
        """The keys that a text announces, in their order."""
        return list(self.key_words.find(text)) if self.key_words is not None else []


class Languages:
    """The languages there are, each made once."""

    def __init__(
        self,
        currency: str = "",
        known: Mapping[str, type[Language]] | None = None,
        fallbacks: Fallbacks = NO_FALLBACKS,
    ) -> None:
        self._known = registry() if known is None else known
        self._chain = fallbacks.chain
        self._currency = currency
        self._made: dict[str, Language] = {}

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the languages that have say rules."""
        return tuple(sorted(self._known))

    def announced(self, text: str, tag: str) -> list[Announced]:
        """The keys that a text announces; none in a language without rules."""
        return self.find(tag).announced(text) if self.speaks(tag) else []

    def text_words(self, tag: str) -> TextWords | None:
        """What the checks understand of texts of a language."""
        return self.find(tag).text_words if self.speaks(tag) else None

    def speaks(self, tag: str) -> bool:
        """Whether a language, or one that stands in for it, has rules."""
        return any(name in self._known for name in self._chain(tag))

    def spoken(self, tag: str) -> str:
        """The tag in which values are said in a language: its own, unless the rules of another
        language stand in for it."""
        rules = next((name for name in self._chain(tag) if name in self._known), tag)
        return tag if is_same_language(rules, tag) else rules

    def find(self, tag: str) -> Language:
        """The rules of a language; those of ``en`` serve ``en-GB`` where it has none of its own.

        Raises PromptError for a language without rules.
        """
        found = self._made.get(tag)
        if found is None:
            found = self._made[tag] = self._make(tag)
        return found

    def _make(self, tag: str) -> Language:
        for name in self._chain(tag):
            if name in self._known:
                return self._known[name](self._currency)
        raise PromptError(
            f"there are no say rules for the language '{tag}'",
            hint=did_you_mean(tag, self._known),
        )


@lru_cache(maxsize=4096)
def plural_form(count: int, tag: str) -> str:
    """The plural form of a count in a language."""
    return form_of(Decimal(count), tag)


@cache
def registry() -> Registry[Language]:
    """All languages: the files of ``prompts/languages`` and the entry points."""
    return Registry.find(Language, "tag", languages, ENTRY_POINTS)  # type: ignore[type-abstract]
