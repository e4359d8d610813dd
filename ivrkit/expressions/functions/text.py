"""Functions of texts. Places count from 0; below zero from the end."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final
from unicodedata import combining, normalize

from ivrkit.errors import ExpressionError
from ivrkit.expressions.functions.bounds import index, listed, whole
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import fits
from ivrkit.expressions.typed_text import MOST_TEXT
from ivrkit.expressions.values import spoken

_WORD: Final = re.compile(r"\S+")
_LETTERS: Final = {"2": "ABC", "3": "DEF", "4": "GHI", "5": "JKL", "6": "MNO", "7": "PQRS"}
_KEYS: Final = {
    letter: key
    for key, letters in {**_LETTERS, "8": "TUV", "9": "WXYZ"}.items()
    for letter in (*letters, key)
} | {"0": "0", "1": "1"}


@function("length(value: text|list|record) -> number")
def length(value: str | list[Any] | dict[str, Any]) -> Decimal:
    """How many characters a text, items a list or fields a record has.

    Example: ``length('0123')`` is ``4``.
    """
    return Decimal(len(value))


@function("upper(text: text) -> text")
def upper(text: str) -> str:
    """The text in capital letters.

    Example: ``upper('Ann')`` is ``'ANN'``.
    """
    return text.upper()


@function("lower(text: text) -> text")
def lower(text: str) -> str:
    """The text in small letters.

    Example: ``lower('Ann')`` is ``'ann'``.
    """
    return text.lower()


@function("capitalize(text: text) -> text")
def capitalize(text: str) -> str:
    """The text with its first letter as a capital; the others stay.

    Example: ``capitalize('ann lee')`` is ``'Ann lee'``.
    """
    return text[:1].upper() + text[1:]


@function("title(text: text) -> text")
def title(text: str) -> str:
    """The text with the first letter of each word as a capital; the others stay.

    Example: ``title('ann lee')`` is ``'Ann Lee'``.
    """
    return _WORD.sub(lambda found: found[0][:1].upper() + found[0][1:], text)


@function("trim(text: text, characters: text?) -> text")
def trim(text: str, characters: str | None) -> str:
    """The text without spaces, or without any of these characters, at its ends.

    Example: ``trim('  Ann ')`` is ``'Ann'``.
    Example: ``trim('0012', '0')`` is ``'12'``.
    """
    return text.strip(characters)


@function("replace(text: text, old: text, new: text) -> text")
def replace(text: str, old: str, new: str) -> str:
    """The text with every ``old`` replaced by ``new``.

    Example: ``replace('12-34', '-', '')`` is ``'1234'``.
    """
    if not old:
        raise ExpressionError("the text to replace is empty")
    fits(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


@function("part(value: text|list, from: number, length: number?) -> same")
def part(value: str | list[Any], start: Decimal, length: Decimal | None) -> str | list[Any]:
    """A part of a text or list, from a place on; to its end, or as long as said.

    Example: ``part('123456', 0, 2)`` is ``'12'``.
    Example: ``part('123456', -4)`` is ``'3456'``.
    """
    first = index(start)
    first = max(0, len(value) + first) if first < 0 else first
    return value[first:] if length is None else value[first : first + whole(length, 0, MOST_TEXT)]


@function("split(text: text, separator: text?) -> list")
def split(text: str, separator: str | None) -> list[str]:
    """The pieces of a text between separators; without one, its words.

    Example: ``split('1,2,3', ',')`` is ``['1', '2', '3']``.
    """
    if separator == "":
        raise ExpressionError("the separator is empty")
    listed(text.count(separator) if separator else len(text) // 2)
    return text.split(separator)


@function("join(items: items, separator: text?) -> text")
def join(items: list[Any], separator: str | None) -> str:
    """The items of a list as one text, with the separator between them.

    Example: ``join(['1', '2'], ', ')`` is ``'1, 2'``.
    """
    between = separator or ""
    texts = [spoken(each) for each in items]
    fits(sum(map(len, texts)) + len(between) * max(0, len(texts) - 1))
    return between.join(texts)


@function("pad(text: text, width: number, fill: text?, at_end: flag?) -> text")
def pad(text: str, width: Decimal, fill: str | None, at_end: bool | None) -> str:
    """The text filled up to a width, at its beginning or, with ``at_end=true``, its end.

    Example: ``pad('7', 3, '0')`` is ``'007'``.
    Example: ``pad('ab', 4, '.', at_end=true)`` is ``'ab..'``.
    """
    fill = " " if fill is None else fill
    if len(fill) != 1:
        raise ExpressionError("a text is filled up with one character")
    size = whole(width, 0, MOST_TEXT)
    return text.ljust(size, fill) if at_end else text.rjust(size, fill)


@function("shorten(text: text, most: number, end: text?) -> text")
def shorten(text: str, most: Decimal, end: str | None) -> str:
    """The text cut off where it has more characters; the end, if any, counts among them.

    Example: ``shorten('Good morning', 6, '…')`` is ``'Good …'``.
    """
    size, tail = whole(most, 0, MOST_TEXT), end or ""
    return text if len(text) <= size else (text[: max(0, size - len(tail))] + tail)[:size]


@function("before(text: text, separator: text) -> text")
def before(text: str, separator: str) -> str:
    """What stands before the first separator; the whole text if it is not there.

    Example: ``before('ann@example.com', '@')`` is ``'ann'``.
    """
    return _parted(text, separator)[0]


@function("after(text: text, separator: text) -> text")
def after(text: str, separator: str) -> str:
    """What stands behind the first separator; an empty text if it is not there.

    Example: ``after('ann@example.com', '@')`` is ``'example.com'``.
    """
    return _parted(text, separator)[1]


def _parted(text: str, separator: str) -> tuple[str, str]:
    if not separator:
        raise ExpressionError("the separator is empty")
    first, _, rest = text.partition(separator)
    return first, rest


@function("starts_with(text: text, beginning: text) -> flag")
def starts_with(text: str, beginning: str) -> bool:
    """Whether a text begins so.

    Example: ``starts_with('+4930', '+49')`` is ``true``.
    """
    return text.startswith(beginning)


@function("ends_with(text: text, end: text) -> flag")
def ends_with(text: str, end: str) -> bool:
    """Whether a text ends so.

    Example: ``ends_with('1234', '34')`` is ``true``.
    """
    return text.endswith(end)


@function("position(text: text, part: text) -> number")
def position(text: str, part: str) -> Decimal | None:
    """Where a part stands in a text for the first time, counted from 0; none if nowhere.

    Example: ``position('ab-cd', '-')`` is ``2``.
    """
    at = text.find(part)
    return Decimal(at) if at >= 0 else None


@function("repeated(text: text, times: number) -> text")
def repeated(text: str, times: Decimal) -> str:
    """The text several times.

    Example: ``repeated('ab', 3)`` is ``'ababab'``.
    """
    count = whole(times, 0, MOST_TEXT)
    fits(len(text) * count)
    return text * count


@function("spaced(text: text) -> text")
def spaced(text: str) -> str:
    """The characters with spaces between them, so that a voice reads them one by one.

    Example: ``spaced('123')`` is ``'1 2 3'``.
    """
    fits(2 * len(text))
    return " ".join(text)


@function("grouped(text: text, size: number, between: text?) -> text")
def grouped(text: str, size: Decimal, between: str | None) -> str:
    """The characters in groups of so many, with a space or what is said between them.

    Example: ``grouped('4111111111111111', 4)`` is ``'4111 1111 1111 1111'``.
    """
    step, gap = whole(size, 1, MOST_TEXT), " " if between is None else between
    pieces = range(0, len(text), step)
    fits(len(text) + len(gap) * max(0, len(pieces) - 1))
    return gap.join(text[at : at + step] for at in pieces)


@function("unaccented(text: text) -> text")
def unaccented(text: str) -> str:
    """The letters without their accents and dots.

    Example: ``unaccented('Jürgen Ångström')`` is ``'Jurgen Angstrom'``.
    """
    apart = normalize("NFKD", text)
    fits(len(apart))
    return "".join(each for each in apart if not combining(each))


@function("same_text(text: text, other: text) -> flag")
def same_text(text: str, other: str) -> bool:
    """Whether two texts are the same but for capitals, accents and spaces.

    Example: ``same_text(' Jürgen', 'JURGEN')`` is ``true``.
    """
    return _folded(text) == _folded(other)


def _folded(text: str) -> str:
    return "".join(unaccented(text.casefold()).split())


@function("keypad(text: text) -> text")
def keypad(text: str) -> str:
    """The keys of a telephone that spell a text (ITU-T E.161): for a directory by name.

    Digits stay, accents are dropped, and what no key has is left out.

    Example: ``keypad('Lee-Jones')`` is ``'53356637'``.
    """
    return "".join(_KEYS.get(each, "") for each in unaccented(text).upper())


@function("digits_of(text: text) -> text")
def digits_of(text: str) -> str:
    """Only the digits of a text.

    Example: ``digits_of('+49 (30) 12')`` is ``'493012'``.
    """
    return "".join(each for each in text if each in "0123456789")


@function("mask(text: text, shown: number?) -> text")
def mask(text: str, shown: Decimal | None) -> str:
    """The text with all but its last characters (4 if not said) as dots. A secret stays a secret.

    Example: ``mask('12345678')`` is ``'••••5678'``.
    """
    count = 4 if shown is None else whole(shown, 0, MOST_TEXT)
    hidden = max(0, len(text) - count)
    return "•" * hidden + text[hidden:]
