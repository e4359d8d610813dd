"""Hides secrets, and values of a call, in what is told and logged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final

from ivrkit.expressions.durations import format_duration
from ivrkit.expressions.secrets import MASK, Secret

SHORTEST: Final = 3
"""Characters of a secret that is hidden wherever it stands; a shorter one only as a word of its
own, for it is in any text."""
LONG: Final = 6
"""Characters of a value that is no secret and hidden wherever it stands; a shorter one only as a
word of its own, and one of less than three not at all: a message must stay readable."""


LONGEST: Final = 400
"""Characters of a message that are told. It is cut off behind the hiding: a part of a secret would
not be known for one."""
_NO_TEXT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
"""What would end a line of a log, or steer a terminal."""


def one_line(text: str) -> str:
    """A text as a message tells it: other systems say what they like in theirs."""
    line = _NO_TEXT.sub(" ", text)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


class Hidden:
    """Texts that must not be told: ``secrets`` of a configuration, and ``values`` of a call."""

    def __init__(self, secrets: Iterable[str], values: Iterable[Any] = ()) -> None:
        self._anywhere: set[str] = set()
        self._words: set[str] = set()
        for text in secrets:
            self._add(text, secret=True)
        for value, secret in _single(values, secret=False):
            for text in _written(value):
                self._add(text, secret=secret)

    def _add(self, text: str, *, secret: bool) -> None:
        for each in {text, *map(str.strip, text.splitlines())}:
            if len(each) >= (SHORTEST if secret else LONG):
                self._anywhere.add(each)
            elif each and (secret or len(each) >= SHORTEST):
                self._words.add(each)

    def of(self, text: str) -> str:
        """The text without them."""
        patterns = {each: re.escape(each) for each in self._anywhere if each in text}
        patterns |= {
            each: rf"(?<!\w){re.escape(each)}(?!\w)" for each in self._words if each in text
        }
        if not patterns:
            return text
        longest_first = sorted(patterns, key=len, reverse=True)
        return re.sub("|".join(patterns[each] for each in longest_first), MASK, text)


def _single(values: Iterable[Any], *, secret: bool) -> Iterator[tuple[Any, bool]]:
    """The values, and what is in lists and records; whether each of them is a secret."""
    for value in values:
        if isinstance(value, Secret):
            yield from _single([value.reveal()], secret=True)
        elif isinstance(value, dict):
            yield from _single(value.values(), secret=secret)
        elif isinstance(value, list | tuple):
            yield from _single(value, secret=secret)
        elif value is not None and not isinstance(value, bool):
            yield value, secret


def _written(value: Any) -> Iterator[str]:
    """The ways in which a message may write a value."""
    yield str(value)
    if isinstance(value, Decimal) and value.is_finite():
        yield format(value, "f")
        yield format(value.normalize(), "f")
    elif isinstance(value, date | time):
        yield value.isoformat()
    elif isinstance(value, timedelta):
        yield format_duration(value)
