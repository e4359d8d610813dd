"""The words that the rules of a language can use: what has to be recorded to say values without a
voice. Found by saying values enough that every word comes in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Final

from ivrkit.prompts.language import CLOCKS, DATE_STYLES, DIGIT_STYLES, Language
from ivrkit.prompts.words import Utterance

CHARACTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789*#+-.@/_&%:,'= "
LARGEST_POWER: Final = 15
"""Numbers of which every language says those with one digit before so many zeros."""
_DAYS: Final = tuple(date.fromordinal(date(2028, 1, 1).toordinal() + day) for day in range(366))
_YEARS: Final = tuple(date(year, 3, 2) for year in (*range(1900, 2101), 1066, 1500, 987))
_COUNTS: Final = (*range(1000), *(count * 1000 for count in range(1, 1000)))


def vocabulary(
    language: Language, form: str, options: Mapping[str, str] | None = None
) -> Mapping[str, str]:
    """The words of a form of prompt parts by the names of their sounds, and how they are spelt.

    ``options`` are the settings that are known (``currency``, ``style``, ``gender``, ``clock``);
    those left out may be anything that a flow can compute, but for ``currency``: without one, it
    is the language's own. Words of unusual characters, which no recording can have, are not in it.
    A form without rules of a language has none.
    """
    known = tuple(sorted((options or {}).items()))
    return _found(type(language), language.currency, form, known)


@cache
def _found(
    kind: type[Language], currency: str, form: str, known: tuple[tuple[str, str], ...]
) -> Mapping[str, str]:
    said = _SAID.get(form)
    utterances = said(kind(currency), dict(known)) if said is not None else ()
    words = (word for utterance in utterances for word in utterance.words)
    return MappingProxyType({word.sound: word.text.strip(" ,-") for word in words if word.sound})


def _numbers(language: Language, options: Mapping[str, str]) -> Iterator[Utterance]:
    values = [Decimal("-0.123456"), Decimal("7890.789")]
    values += [1 + Decimal(count).scaleb(-place) for place in range(1, 7) for count in (1, 2, 5)]
    values += [Decimal(count) for count in _COUNTS]
    values += [
        Decimal(count) * 10**power
        for power in range(6, LARGEST_POWER + 1)
        for count in (1, 2, 3, 5, 11, 21, 22, 25, 100, 200)
        if count * 10**power < 10 ** (LARGEST_POWER + 1)
    ]
    for gender in _options(options, "gender", ("", *language.genders)):
        yield from (language.number(value, gender) for value in values)


def _money(language: Language, options: Mapping[str, str]) -> Iterator[Utterance]:
    currency = options.get("currency", language.currency)
    if not currency:
        return
    for count in (*_COUNTS, 10**6, 2 * 10**6, 10**9):
        yield language.money(Decimal(count), currency)
    for count in range(1, 1000):
        yield language.money(Decimal(count).scaleb(-2), currency)
        yield language.money(Decimal(-count).scaleb(-3), currency)


def _digits(language: Language, options: Mapping[str, str]) -> Iterator[Utterance]:
    for style in _options(options, "style", ("", *DIGIT_STYLES)):
        yield language.digits("+0123456789", style=style)
        for pair in range(100):
            yield language.digits(f"01{pair:02}{pair:02}{pair:02}{pair:02}", style=style)
        yield language.digits("*#", style=style)


def _dates(language: Language, options: Mapping[str, str]) -> Iterator[Utterance]:
    for style in _options(options, "style", DATE_STYLES):
        yield from (language.date(day, style) for day in (*_DAYS, *_YEARS))
        yield from (language.date(_DAYS[0], style, away) for away in (-1, 0, 1))


def _times(language: Language, options: Mapping[str, str]) -> Iterator[Utterance]:
    for clock in _options(options, "clock", ("0", *map(str, CLOCKS))):
        yield from (language.time(at, int(clock)) for at in _minutes())


def _moments(language: Language, options: Mapping[str, str]) -> Iterator[Utterance]:
    yield from _dates(language, options)
    for style in _options(options, "style", DATE_STYLES):
        for clock in _options(options, "clock", ("0", *map(str, CLOCKS))):
            for at in _minutes():
                yield language.moment(datetime.combine(_DAYS[0], at), style, None, int(clock))
            for away in (-1, 0, 1):
                moment = datetime.combine(_DAYS[0], time(1))
                yield language.moment(moment, style, away, int(clock))


def _ordinals(language: Language, options: Mapping[str, str]) -> Iterator[Utterance]:
    places = (*range(1, 1000), *(10**power for power in range(3, LARGEST_POWER)))
    for gender in _options(options, "gender", ("", *language.genders)):
        yield from (language.ordinal(place, gender) for place in places)


def _durations(language: Language, options: Mapping[str, str]) -> Iterator[Utterance]:
    for count in range(100):
        for seconds in (1, 60, 3600, 86400):
            yield language.duration(timedelta(seconds=-count * seconds))
    yield language.duration(timedelta(days=1, hours=1, minutes=1, seconds=1))


def _spelled(language: Language, options: Mapping[str, str]) -> Iterator[Utterance]:
    yield language.spell(CHARACTERS + language.letters)


def _presses(language: Language, options: Mapping[str, str]) -> Iterator[Utterance]:
    yield language.press("0123456789*#ABCD")
    yield from (language.press(key) for key in "1*#")


def _minutes() -> Iterator[time]:
    return (time(hour, minute) for hour in range(24) for minute in range(60))


def _options(options: Mapping[str, str], name: str, all_: Iterable[str]) -> Iterable[str]:
    found = options.get(name)
    return all_ if found is None else (found,)


_Sayings = Callable[[Language, Mapping[str, str]], Iterable[Utterance]]
_SAID: Final[Mapping[str, _Sayings]] = {
    "number": _numbers,
    "money": _money,
    "digits": _digits,
    "date": _dates,
    "time": _times,
    "datetime": _moments,
    "ordinal": _ordinals,
    "duration": _durations,
    "spell": _spelled,
    "press": _presses,
}
FORMS: Final = tuple(_SAID)
"""The forms whose words are those of a language's rules."""
