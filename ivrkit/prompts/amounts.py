"""Numbers and amounts taken apart for the say rules: signs, whole parts, places, units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TypeAlias

from ivrkit.errors import PromptError
from ivrkit.expressions.nearest import nearest
from ivrkit.prompts.words import PAUSE, Utterance, Word

PLACES = 6
"""Places of a fraction that are said; further ones are rounded half to even."""
TOGETHER = 3
"""Digits that are read as one number where a language reads them so."""
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of money or time: its word by plural form (CLDR: ``one``, ``few`` …), of which
    ``other`` is always there, and its gender, with which its number agrees."""

    forms: Mapping[str, Word]
    gender: str = ""

    def of(self, form: str) -> Word:
        """The word for a plural form; one that the unit does not tell apart is ``other``."""
        return self.forms.get(form) or self.forms["other"]


Counting: TypeAlias = Callable[[int, Unit, list[str], list[Word]], None]
"""Appends the texts and words of so many of a unit."""


@dataclass(frozen=True, slots=True)
class Currency:
    """``places`` as ISO 4217 has them: how many digits the smaller unit takes."""

    major: Unit
    minor: Unit | None
    places: int


def whole_and_places(value: Decimal, largest: int) -> tuple[int, str]:
    """The whole part and the digits behind the point, without sign and without idle zeros.

    Raises PromptError for a number beyond ``largest``.
    """
    rounded = abs(value).quantize(Decimal(1).scaleb(-PLACES), context=_EXACT)
    whole, _, places = format(rounded, "f").partition(".")
    if int(whole) > largest:
        raise PromptError(
            f"a number beyond {largest} cannot be said as one", hint="say it with digits"
        )
    return int(whole), places.rstrip("0")


def numeral(
    value: Decimal,
    largest: int,
    minus: Word,
    mark: str,
    spoken: Callable[[int, str], Iterable[Word]],
) -> Utterance:
    """A number as it is shown and said: ``minus`` in front of one below zero, ``mark`` in front of
    its places. ``spoken`` gives the words of the whole part and the places (empty if there are
    none). Raises PromptError for a number beyond ``largest``."""
    whole, places = whole_and_places(value, largest)
    is_below = value < 0 and bool(whole or places)
    text = f"{'-' if is_below else ''}{whole}{mark + places if places else ''}"
    return Utterance(text, (*((minus,) if is_below else ()), *spoken(whole, places)))


def places_read(places: str) -> list[int]:
    """The digits behind a comma as French, Italian and Spanish read them: noughts that stand first
    by themselves, up to three others as one number (3,14 is "three comma fourteen"), more of them
    one by one."""
    rest = places.lstrip("0")
    noughts = [0] * (len(places) - len(rest))
    if len(rest) > TOGETHER:
        return [*noughts, *map(int, rest)]
    return [*noughts, *([int(rest)] if rest else [])]


def _instead(currency: str, known: Mapping[str, Currency]) -> str:
    """What to write for a currency that is not known."""
    meant = _SIGNS.get(currency) or nearest(currency, (code.lower() for code in known))
    if meant:
        return f"did you mean '{meant.upper()}'?"
    return f"there are names for {', '.join(sorted(known))}"


def amount(
    value: Decimal, currency: str, known: Mapping[str, Currency], largest: int
) -> tuple[bool, int, int, Currency]:
    """Whether it is negative, the counts of the larger and smaller unit, and their names.

    Raises PromptError for a currency that the language has no names for, or without one.
    """
    names = known.get(currency.upper())
    if not currency:
        raise PromptError(
            "an amount without a currency",
            hint="write currency: EUR beside money, or set prompts.currency for all",
        )
    if names is None:
        raise PromptError(
            f"there are no names for the currency '{currency}'", hint=_instead(currency, known)
        )
    scaled = abs(value).scaleb(names.places, context=_EXACT)
    smallest = int(scaled.quantize(Decimal(1), context=_EXACT))
    major, minor = divmod(smallest, 10**names.places)
    if major > largest:
        raise PromptError(f"an amount beyond {largest} cannot be said")
    return value < 0 and smallest > 0, major, minor, names


def sums(major: int, minor: int, names: Currency) -> list[tuple[int, Unit]]:
    """An amount as counts of its units, without the one of which there is none."""
    counts = [(major, names.major)] if major or not minor else []
    return counts + ([(minor, names.minor)] if minor and names.minor else [])


def length(value: timedelta, names: Sequence[Unit]) -> list[tuple[int, Unit]]:
    """A length of time as counts of days, hours, minutes and seconds (``names``), without those
    that are none; the sign is left to the language. Rounded half to even to the second."""
    left = round(abs(value).total_seconds())
    counts = []
    for size, unit in zip((86400, 3600, 60, 1), names, strict=True):
        count, left = divmod(left, size)
        if count:
            counts.append((count, unit))
    return counts or [(0, names[-1])]


def listed(
    counts: Sequence[tuple[int, Unit]], minus: Word | None, last: Word | None, count: Counting
) -> Utterance:
    """Counts of units one behind the other, the final one behind ``last`` ("and"), if the
    language has a word there."""
    texts = [minus.text] if minus is not None else []
    words = [minus] if minus is not None else []
    for index, (number, unit) in enumerate(counts):
        if index and index == len(counts) - 1:
            texts += [last.text] if last else []
            words += [last] if last else []
        elif index:
            texts[-1] += PAUSE.text
            words.append(PAUSE)
        count(number, unit, texts, words)
    return Utterance(" ".join(texts), tuple(words))
