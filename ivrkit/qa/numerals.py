"""Number words of all languages in what a script expects to hear: a trace shows numerals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Final, TypeAlias

from ivrkit.errors import PromptError
from ivrkit.prompts.language import Languages
from ivrkit.prompts.understanding.numbers import Numbers
from ivrkit.prompts.understanding.sentence import Spelling
from ivrkit.qa.words import tokens, words

Unit: TypeAlias = tuple[tuple[str, ...], ...]
"""Tokens, in each of the ways in which they may be written."""

LONGEST: Final = 10
"""Words of a number in words."""
ORDINALS: Final = 100
"""The largest ordinal that is known in words."""


class _Reader:
    """Reads the number words of one language."""

    def __init__(self, language: str) -> None:
        rules = Languages().find(language)
        self._spelling = Spelling(rules.heard, rules)
        self._numbers = Numbers(rules, rules.heard, self._spelling)
        self._ordinals: dict[str, list[tuple[str, ...]]] = {}
        for number in range(1, ORDINALS + 1):
            for gender in ("", *rules.genders):
                said = rules.ordinal(number, gender)
                shown = [tokens(said.text), tuple(str(number))]
                self._ordinals.setdefault(self._spelling.said(said), []).extend(shown)

    def numerals(self, text: str) -> tuple[tuple[str, ...], ...]:
        """How a number in words may stand in figures; empty for what is none."""
        run = self._spelling.run(text)
        if not run or run.isdecimal():
            return ()
        number = dict(self._numbers.whole(run, 0)).get(len(run))
        found = [] if number is None else [tuple(str(number))]
        return tuple(dict.fromkeys([*found, *self._ordinals.get(run, ())]))


def find_in(text: str, said: Sequence[str], languages: Iterable[str]) -> tuple[int, int] | None:
    """Where a text stands in tokens that were said in these languages, and where it ends, whether
    its numbers are written as words or as numerals; None if it does not."""
    for language in languages:
        units = _units(text, language)
        for start in range(len(said)):
            ends = {start}
            for unit in units:
                ends = {
                    end + len(each)
                    for end in ends
                    for each in unit
                    if tuple(said[end : end + len(each)]) == each
                }
                if not ends:
                    break
            else:
                return start, min(ends)
    return None


@lru_cache(maxsize=1024)
def _units(text: str, language: str) -> tuple[Unit, ...]:
    """A text, with two ways for each number in words."""
    reader = _reader(language)
    found: list[Unit] = []
    every = words(text)
    place = 0
    while place < len(every):
        taken, numerals = _number(reader, every[place : place + LONGEST])
        literal = tokens(" ".join(every[place : place + taken]))
        found.append((literal, *numerals))
        place += taken
    return tuple(found)


def _number(reader: _Reader | None, every: Sequence[str]) -> tuple[int, Unit]:
    """The longest number at the beginning of words: how many it takes, and its numerals; one word
    that is none."""
    if reader is None:
        return 1, ()
    for count in range(len(every), 0, -1):
        numerals = reader.numerals(" ".join(every[:count]))
        if numerals:
            return count, numerals
    return 1, ()


@cache
def _reader(language: str) -> _Reader | None:
    """None for a language without say rules."""
    try:
        return _Reader(language)
    except PromptError:
        return None
