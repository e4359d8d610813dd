"""What callers say, as values: the port :class:`~ivrkit.call.hearing.Understanding`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Final

from ivrkit.call.hearing import Found, Grammar
from ivrkit.call.listening import SAYABLE
from ivrkit.errors import PromptError
from ivrkit.expressions.values import Value
from ivrkit.prompts.heard_words import NO_WORDS
from ivrkit.prompts.language import Language, Languages
from ivrkit.prompts.understanding.answers import YesAndNo
from ivrkit.prompts.understanding.dates import Dates
from ivrkit.prompts.understanding.money import Money
from ivrkit.prompts.understanding.numbers import Numbers
from ivrkit.prompts.understanding.sentence import Spelling, search
from ivrkit.prompts.understanding.times import Times
from ivrkit.prompts.understanding.vocabulary import Vocabulary

_FREE: Final = "text"


class Understood:
    """The port of one set of languages. Readers are made when a language is first listened for."""

    def __init__(self, languages: Languages) -> None:
        self._languages = languages
        self._readers: dict[str, Reader] = {}

    def prepare(self, language: str) -> None:
        """Make what understands a language now, which takes some tenths of a second. To be called
        in a thread before the first call; does nothing for a language that is not understood."""
        if self.understands(language):
            self._reader(language).prepare()

    def understands(self, language: str) -> bool:
        """Whether values are understood in a language."""
        return self._languages.speaks(language) and bool(self._rules(language).heard != NO_WORDS)

    def grammar(self, kind: str, language: str) -> Grammar:
        """What a caller may say for a value of a kind. Raises PromptError for a language without
        rules, or a kind that cannot be said."""
        if kind not in SAYABLE:
            raise PromptError(f"a value of the type {kind} cannot be said")
        if kind == _FREE:
            return Grammar(language, free=True)
        words = self._reader(language).vocabulary.words(kind)
        if kind == "flag":
            return Grammar(language, phrases=words)
        return Grammar(language, words=words)

    def value(self, kind: str, text: str, language: str, today: date) -> Value:
        """What was said, as a value of the kind; None when the text says no such value, or two
        that differ."""
        found = self._all(kind, text, language, today)
        sure = [each for each in found if not each.bare] or found
        values = [each.value for each in sure]
        return values[0] if values and all(each == values[0] for each in values) else None

    def found(self, kind: str, text: str, language: str, today: date) -> list[Found]:
        """All values of the kind that a text says, from left to right."""
        every = self._all(kind, text, language, today)
        return [each for each in every if each.value is not None]

    def _all(self, kind: str, text: str, language: str, today: date) -> list[Found]:
        """Those, too, of which it is known only that they are no such value."""
        if kind == _FREE:
            return [Found(text, 0, len(text.split()))] if text.strip() else []
        return self._reader(language).found(kind, text, today)

    def tokens(self, text: str, language: str) -> list[str]:
        """The words of a text, by which what is found in it is counted."""
        return self._reader(language).spelling.tokens(text)

    def _rules(self, language: str) -> Language:
        return self._languages.find(language)

    def _reader(self, language: str) -> Reader:
        rules = self._rules(language)
        if rules.heard == NO_WORDS:
            raise PromptError(f"what callers say in '{rules.tag}' is not understood as values")
        found = self._readers.get(rules.tag)
        if found is None:
            found = self._readers[rules.tag] = Reader(rules)
        return found


class Reader:
    """The values of one language, each kind made when it is first wanted."""

    def __init__(self, rules: Language) -> None:
        self._rules = rules
        self.spelling = Spelling(rules.heard, rules)

    def found(self, kind: str, text: str, today: date) -> list[Found]:
        """All values of a kind in a text."""
        if kind == "flag":
            return self._answers.found(text)
        sentence = self.spelling.sentence(text)
        return list(search(sentence, self._at(kind, today)))

    def prepare(self) -> None:
        """Make all that is made when it is first wanted."""
        _ = (self.vocabulary, self._answers, self._money, self._dates, self._times)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self._rules)

    def _at(
        self, kind: str, today: date
    ) -> Callable[[str, int], Iterable[tuple[int, tuple[Value, bool]]]]:
        if kind == "number":
            return _sure(self._numbers.number)
        if kind in ("digits", "secret"):
            return _sure(self._numbers.string)
        if kind == "phone":
            return _sure(self._numbers.phone)
        if kind == "money":
            return self._money.amount
        if kind == "time":
            return self._times.times
        return lambda run, begin: self._dates.dates(run, begin, today)

    @cached_property
    def _numbers(self) -> Numbers:
        return Numbers(self._rules, self._rules.heard, self.spelling)

    @cached_property
    def _money(self) -> Money:
        return Money(self._rules, self._rules.heard, self.spelling, self._numbers)

    @cached_property
    def _dates(self) -> Dates:
        return Dates(self._rules, self._rules.heard, self.spelling, self._numbers)

    @cached_property
    def _times(self) -> Times:
        return Times(self._rules, self._rules.heard, self.spelling, self._numbers)

    @cached_property
    def _answers(self) -> YesAndNo:
        return YesAndNo(self._rules, self._rules.heard, self.spelling)


def _sure(
    at: Callable[[str, int], Iterable[tuple[int, Value]]],
) -> Callable[[str, int], Iterator[tuple[int, tuple[Value, bool]]]]:
    """Values that are never bare."""

    def ends(run: str, begin: int) -> Iterator[tuple[int, tuple[Value, bool]]]:
        for end, value in at(run, begin):
            yield end, (value, False)

    return ends
