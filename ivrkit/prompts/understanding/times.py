"""Times of day: as the say rules say them on each clock, and as callers do besides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final

from ivrkit.prompts.heard_words import HalfDay, HeardWords
from ivrkit.prompts.language import CLOCKS, Language
from ivrkit.prompts.understanding.numbers import Numbers
from ivrkit.prompts.understanding.sentence import Ends, Spelling, Table

_DAY, _HOURS = 24 * 60, 24
_HALF: Final = 12
_OFFICE: Final = 7
"""Of a time that may be in either half of the day, that from 7:00 to 18:59 is meant."""
_NIGHT_ENDS: Final = 6
_HOLE: Final = re.compile(r"\{(hour|minute)\}")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Words and holes, and what becomes of the minutes. ``is_bare``: it is a number only, or
    two."""

    parts: tuple[str, ...]
    minutes: int | str
    is_bare: bool


class Times:
    """The times of day of one language. Where neither words nor rules tell which half of the day
    it is, the one in which offices are open is meant: 7:00 to 18:59."""

    def __init__(
        self, rules: Language, heard: HeardWords, spelling: Spelling, numbers: Numbers
    ) -> None:
        self._exact = _learn(rules, spelling)
        self._hours = Table(_numbers(numbers, range(_HOURS + 1)))
        self._minutes = Table(_numbers(numbers, range(60)))
        self._patterns = [_pattern(spelling, *each) for each in heard.times.items()]
        self._parts = Table({spelling.run(text): half for text, half in heard.day_parts.items()})

    def times(self, run: str, begin: int) -> Ends[tuple[time, bool]]:
        """Each time that begins there; a mere number or two are a bare one."""
        for end, exact in self._exact.at(run, begin):
            yield end, (exact, False)
        for end, half in self._parts.at(run, begin):
            for last, hour, minute, _ in self._said(run, end):
                yield last, (_on_clock(hour, minute, half), False)
        for end, hour, minute, bare in self._said(run, begin):
            yield end, (_on_clock(hour, minute, None), bare)
            for last, half in self._parts.at(run, end):
                yield last, (_on_clock(hour, minute, half), False)

    def _said(self, run: str, begin: int) -> Iterator[tuple[int, int, int, bool]]:
        """Where a pattern ends, its hour, and the minutes from that hour on (below 0: before)."""
        for pattern in self._patterns:
            for end, hour, minute in self._matches(run, begin, pattern.parts, 0, 0):
                minutes = pattern.minutes
                if minutes == "+":
                    minutes = minute
                elif minutes == "-":
                    minutes = -minute
                yield end, hour, int(minutes), pattern.is_bare

    def _matches(
        self, run: str, begin: int, parts: Sequence[str], hour: int, minute: int
    ) -> Iterator[tuple[int, int, int]]:
        if not parts:
            yield begin, hour, minute
            return
        part, rest = parts[0], parts[1:]
        if part == "{hour}":
            for end, number in self._hours.at(run, begin):
                yield from self._matches(run, end, rest, number, minute)
        elif part == "{minute}":
            for end, number in self._minutes.at(run, begin):
                yield from self._matches(run, end, rest, hour, number)
        elif run.startswith(part, begin):
            yield from self._matches(run, begin + len(part), rest, hour, minute)


def _on_clock(said: int, minutes: int, half: HalfDay | None) -> time:
    """The time of day, so many minutes from an hour on that was said."""
    hour, minute = divmod((said * 60 + minutes) % _DAY, 60)
    if not 0 < said <= _HALF:
        return time(hour, minute)
    hour %= _HALF
    late = hour < _OFFICE if half is None else half == "pm"
    if half == "night":
        late = hour >= _NIGHT_ENDS
    return time(hour + _HALF * late, minute)


def _learn(rules: Language, spelling: Spelling) -> Table[time]:
    found: dict[str, time] = {}
    for clock in (0, *CLOCKS):
        for minute in range(_DAY):
            at = time(*divmod(minute, 60))
            found.setdefault(spelling.said(rules.time(at, clock)), at)
    return Table(found)


def _numbers(numbers: Numbers, known: range) -> dict[str, int]:
    return {form: number for number in known for form in numbers.forms(number)}


def _pattern(spelling: Spelling, text: str, minutes: int | str) -> _Pattern:
    parts = [
        f"{{{part}}}" if index % 2 else spelling.run(part)
        for index, part in enumerate(_HOLE.split(text))
    ]
    kept = tuple(part for part in parts if part)
    return _Pattern(kept, minutes, all(part.startswith("{") for part in kept))
