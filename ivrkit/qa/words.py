"""What two texts have in common when they are heard: case, punctuation and the way in which
numbers are written make no difference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from ivrkit.call.writing import LETTERS

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_DECADES = "twenty thirty forty fifty sixty seventy eighty ninety"
_PLACES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_SMALL = {word: number for number, word in enumerate(_UNITS.split())}
_TENS = {word: 10 * number for number, word in enumerate(_DECADES.split(), start=2)}
_ORDINALS = {word: str(number) for number, word in enumerate(_PLACES.split(), start=1)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_TOKEN = re.compile(rf"[{LETTERS}]|[^\W\d_{LETTERS}]+(?:'[^\W\d_{LETTERS}]+)*|\d+|•+|[*#]")
_GROUPED = re.compile(r"(?<=\d)[.,:](?=\d)")
_NUMBERED = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text. Numbers come out as single digits, whether they are written as words
    or numerals: ``12``, ``1 2`` and ``twelve`` are all heard alike. A Chinese character is a word.
    """
    found: list[str] = []
    every = words(text)
    place = 0
    while place < len(every):
        taken, number = _number(every, place)
        if taken:
            found += number
            place += taken
            continue
        word = every[place]
        found += list(word) if word.isdecimal() else [_ORDINALS.get(word, word)]
        place += 1
    return tuple(found)


def words(text: str) -> list[str]:
    """The words of a text as they are written, without what makes no difference."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _TOKEN.findall(_NUMBERED.sub("", _GROUPED.sub("", plain)))


def _number(every: Sequence[str], start: int) -> tuple[int, str]:
    """A number in words at this place: how many words it takes, and its digits."""
    place, total, group = start, 0, 0
    last = 10**12
    while place < len(every):
        word = every[place]
        if word in _SMALL and (last > 19 or (last == 20 and _SMALL[word] < 10)):
            group += _SMALL[word]
            last = 1
        elif word in _TENS and last >= 100:
            group += _TENS[word]
            last = 20
        elif word == "hundred" and 0 < group < 10 and last == 1:
            group *= 100
            last = 100
        elif word in _SCALES and word != "hundred" and group:
            total += group * _SCALES[word]
            group, last = 0, 1000
        elif not (word == "and" and last == 100 and _continues(every, place + 1)):
            break
        place += 1
    return place - start, str(total + group) if place > start else ""


def _continues(every: Sequence[str], place: int) -> bool:
    return place < len(every) and (every[place] in _SMALL or every[place] in _TENS)


def find(wanted: Sequence[str], said: Sequence[str], start: int = 0) -> int | None:
    """Where the wanted words stand in what was said; None if they do not."""
    wanted, said, length = tuple(wanted), tuple(said), len(wanted)
    for place in range(start, len(said) - length + 1):
        if said[place : place + length] == wanted:
            return place
    return None
