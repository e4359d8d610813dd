"""English: numbers without "and", dates with the month first, the clock of twelve hours."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ivrkit.errors import PromptError
from ivrkit.prompts.amounts import Unit, amount, length, listed, numeral, sums
from ivrkit.prompts.language import Language
from ivrkit.prompts.languages.en_heard import HEARD
from ivrkit.prompts.languages.en_words import (
    CURRENCIES,
    DAYS,
    KEY_WORDS,
    LENGTHS,
    MONTHS,
    NEAR_DAYS,
    NO,
    ORDINALS,
    SCALES,
    SIGNS,
    SMALL,
    TENS,
    TEXT_WORDS,
    UNRECORDED,
    YES,
)
from ivrkit.prompts.words import PAUSE, STOP, Utterance, Word, digit_groups

LARGEST = 10**18 - 1

AND = Word("and", "vm-and")
MINUS = Word("minus", "digits/minus")
POINT = Word("point", "digits/point")
AT = Word("at", "digits/at")
OH = Word("oh", "digits/oh")
HUNDRED = Word("hundred", "digits/hundred")
HOURS = Word("hours", "hours")
PRESS = Word("press", "vm-press")
MIDNIGHT = Word("midnight", "digits/midnight")
NOON = Word("noon", "digits/noon")


class English(Language):
    """English."""

    tag = "en"
    apology = "We are sorry, something went wrong. Please call again later. Goodbye."
    entered = "You entered"
    right = "If that is right"
    wrong = "To enter it again"
    yes = YES
    no = NO
    near_days = NEAR_DAYS
    currencies = CURRENCIES
    unrecorded = UNRECORDED
    key_words = KEY_WORDS
    text_words = TEXT_WORDS
    heard = HEARD

    def number(self, value: Decimal, gender: str = "") -> Utterance:
        def spoken(whole: int, places: str) -> list[Word]:
            point = [POINT] if places else []
            return [*cardinal(whole), *point, *(SMALL[int(digit)] for digit in places)]

        return numeral(value, LARGEST, MINUS, ".", spoken)

    def digits(self, text: str, group: int = 0, style: str = "") -> Utterance:
        return Utterance(text, SIGNS.digits(digit_groups(text, group, style)))

    def spell(self, text: str) -> Utterance:
        return SIGNS.spelled(text)

    def money(self, value: Decimal, currency: str) -> Utterance:
        negative, major, minor, names = amount(value, currency, CURRENCIES, LARGEST)
        return listed(sums(major, minor, names), MINUS if negative else None, AND, _count)

    def date(self, value: date, style: str = "full", away: int | None = None) -> Utterance:
        if near := self.near_day(style, away):
            return near
        weekday = DAYS[value.isoweekday() % 7]
        if style == "weekday":
            return Utterance(weekday.text, (weekday,))
        month = MONTHS[value.month - 1]
        text = f"{month.text} {value.day}{_suffix(value.day)}"
        words = (month, *ordinal(value.day))
        if style == "short":
            return Utterance(text, words)
        return Utterance(
            f"{weekday.text}, {text}, {value.year}",
            (weekday, PAUSE, *words, PAUSE, *_year(value.year)),
        )

    def time(self, value: time, clock: int = 0) -> Utterance:
        if clock == 24:
            return _on_24_hours(value)
        if not value.minute and value.hour % 12 == 0:
            word = NOON if value.hour else MIDNIGHT
            return Utterance(word.text, (word,))
        half = "AM" if value.hour < 12 else "PM"
        hour = value.hour % 12 or 12
        words = cardinal(hour)
        text = str(hour)
        if value.minute:
            words += [OH] if value.minute < 10 else []
            words += cardinal(value.minute)
            text += f":{value.minute:02}"
        last = Word("a.m.", "digits/a-m") if half == "AM" else Word("p.m.", "digits/p-m")
        return Utterance(f"{text} {half}", (*words, last))

    def ordinal(self, value: int, gender: str = "") -> Utterance:
        if value > LARGEST:
            raise PromptError(f"an ordinal beyond {LARGEST} cannot be said")
        return Utterance(f"{value}{_suffix(value)}", tuple(ordinal(value)))

    def duration(self, value: timedelta) -> Utterance:
        minus = MINUS if value.total_seconds() < 0 else None
        return listed(length(value, LENGTHS), minus, AND, _count)

    def moment(
        self, value: datetime, style: str = "full", away: int | None = None, clock: int = 0
    ) -> Utterance:
        day, at = self.date(value.date(), style, away), self.time(value.time(), clock)
        return Utterance(f"{day.text} at {at.text}", (*day.words, AT, *at.words))

    def press(self, keys: str) -> Utterance:
        shown, names = SIGNS.pressed(keys)
        return Utterance(f", press {shown}.", (PAUSE, PRESS, *names, STOP))


def _on_24_hours(value: time) -> Utterance:
    """14:05 is fourteen oh five, 9:00 oh nine hundred hours, 0:30 zero thirty."""
    early = [OH] if 0 < value.hour < 10 else []
    minutes = [HUNDRED, HOURS]
    if value.minute:
        minutes = [*([OH] if value.minute < 10 else []), *cardinal(value.minute)]
    return Utterance(f"{value:%H:%M}", (*early, *cardinal(value.hour), *minutes))


def cardinal(number: int) -> list[Word]:
    """The words of a whole number of at least zero, without "and"."""
    if number < 20:
        return [SMALL[number]]
    if number < 100:
        tens, ones = divmod(number, 10)
        return [_hyphened(TENS[tens]), SMALL[ones]] if ones else [TENS[tens]]
    size, scale = next((size, word) for size, word in SCALES if number >= size)
    count, rest = divmod(number, size)
    return [*cardinal(count), scale, *(cardinal(rest) if rest else [])]


def ordinal(number: int) -> list[Word]:
    """The words of first, second … one hundred twenty-first."""
    if number in ORDINALS:
        return [ORDINALS[number]]
    if number < 100:
        tens, ones = divmod(number, 10)
        return [_hyphened(TENS[tens]), ORDINALS[ones]]
    size, scale = next((size, word) for size, word in SCALES if number >= size)
    count, rest = divmod(number, size)
    last = [Word(f"{scale.text}th", f"digits/h-{scale.text}")] if not rest else []
    return [*cardinal(count), *(last or [scale, *ordinal(rest)])]


def _hyphened(word: Word) -> Word:
    return Word(f"{word.text}-", word.sound)


def _suffix(day: int) -> str:
    is_teen = day % 100 in (11, 12, 13)
    return "th" if is_teen else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _year(year: int) -> list[Word]:
    """2026 is twenty twenty-six, 2005 two thousand five, 1905 nineteen oh five."""
    century, rest = divmod(year, 100)
    if year < 1000 or (century % 10 == 0 and rest < 10):
        return cardinal(year)
    if rest == 0:
        return [*cardinal(century), HUNDRED]
    return [*cardinal(century), *([OH] if rest < 10 else []), *cardinal(rest)]


def _count(count: int, unit: Unit, texts: list[str], words: list[Word]) -> None:
    """So many of a unit of money, in the singular or plural."""
    word = unit.of(English.plural(count))
    texts += [str(count), word.text]
    words += [*cardinal(count), word]
