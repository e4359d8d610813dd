"""The words that a recogniser must know to hear values of a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import Final

from ivrkit.input.phrases import spoken_form
from ivrkit.prompts.language import CLOCKS, Language
from ivrkit.prompts.words import Utterance

_NUMBERS: Final = (
    *range(100),
    *range(100, 1000, 100),
    *(count * 10**places for places in (3, 6, 9) for count in (1, 2, 5)),
)
_LEAP: Final = 2024
_HOLE: Final = re.compile(r"\{\w+\}")


class Vocabulary:
    """The words of each kind of value, of one language."""

    def __init__(self, rules: Language) -> None:
        self._rules = rules
        self._known: dict[str, tuple[str, ...]] = {}

    def words(self, kind: str) -> tuple[str, ...]:
        """The words (of yes and no: the phrases), each once, as a recogniser writes them."""
        if kind not in self._known:
            texts = self._answers() if kind == "flag" else self._texts(kind)
            forms = [spoken_form(text) for text in texts]
            if kind != "flag":
                forms = [word for form in forms for word in form.split()]
            self._known[kind] = tuple(dict.fromkeys(filter(None, forms)))
        return self._known[kind]

    def _answers(self) -> Iterable[str]:
        return (*self._rules.yes, *self._rules.no)

    def _texts(self, kind: str) -> Iterator[str]:
        heard = self._rules.heard
        if kind in ("digits", "phone", "secret"):
            yield from self._spoken(self._rules.digits(str(digit)) for digit in range(10))
        yield from self._numbers(kind)
        if kind == "money":
            yield from self._units()
        elif kind == "date":
            yield from self._dates()
        elif kind == "time":
            yield from self._times()
        if kind in ("date", "time"):
            yield from sorted(heard.fillers)

    def _numbers(self, kind: str) -> Iterator[str]:
        heard, rules = self._rules.heard, self._rules
        small = kind in ("time", "date")
        for number in _NUMBERS[:100] if small else _NUMBERS:
            for gender in ("", *rules.genders):
                yield from self._spoken([rules.number(Decimal(number), gender)])
        for number, texts in heard.numbers.items():
            yield from texts if number < 100 or not small else ()
        if small:
            return
        yield from (*heard.zeros, *heard.repeats, *heard.joints)
        if kind in ("number", "money"):
            yield from heard.negative
            yield from self._spoken([rules.number(Decimal("-1.5"))])
        if kind == "phone":
            yield from heard.plus

    def _units(self) -> Iterator[str]:
        own = self._rules.currency.upper()
        known = self._rules.currencies
        for code in [own] if own in known else known:
            for count in ("1.01", "2.02", "5.05", "1000000"):
                yield from self._spoken([self._rules.money(Decimal(count), code)])
        for (code, _), texts in self._rules.heard.units.items():
            yield from texts if code == own or own not in known else ()

    def _dates(self) -> Iterator[str]:
        rules, heard = self._rules, self._rules.heard
        for month in range(1, 13):
            for style in ("full", "short"):
                yield from self._spoken([rules.date(date(_LEAP, month, month), style)])
        for day in range(1, 32):
            yield from self._spoken([rules.date(date(_LEAP, 1, day), "full")])
            yield from self._spoken(rules.ordinal(day, each) for each in ("", *rules.genders))
        yield from (word.text for word in rules.near_days.values())
        yield from (*heard.near_days, *_words(heard.days))

    def _times(self) -> Iterator[str]:
        heard = self._rules.heard
        for clock in (0, *CLOCKS):
            for hour in range(24):
                for minute in (0, 5, 15, 30, 45):
                    yield from self._spoken([self._rules.time(time(hour, minute), clock)])
        yield from (*_words(heard.times), *heard.day_parts)

    def _spoken(self, utterances: Iterable[Utterance]) -> Iterator[str]:
        """The texts of utterances, and of their words by themselves: a language without spaces
        has single words in its models."""
        for each in utterances:
            yield self._rules.speech(each.words)
            if not self._rules.space:
                yield from (word.text for word in each.words)


def _words(patterns: Iterable[str]) -> list[str]:
    return [_HOLE.sub(" ", pattern) for pattern in patterns]
