"""German: numbers below a million as one word, the decimal comma, the day before the month, the
clock of 24 hours ("vierzehn Uhr fünf"), telephone numbers in pairs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ivrkit.prompts.amounts import Unit, amount, length, listed, numeral, sums
from ivrkit.prompts.language import Language
from ivrkit.prompts.languages.de_heard import HEARD
from ivrkit.prompts.languages.de_words import (
    CURRENCIES,
    DAYS,
    ENDINGS,
    HUNDRED,
    KEY_WORDS,
    LENGTHS,
    MONTHS,
    NEAR_DAYS,
    NO,
    ONE,
    ONES_AND,
    PARTS_OF_DAY,
    SCALES,
    SIGNS,
    SMALL,
    STEMS,
    TENS,
    TEXT_WORDS,
    THOUSAND,
    UNRECORDED,
    YES,
)
from ivrkit.prompts.words import (
    PAUSE,
    STOP,
    Utterance,
    Word,
    compound,
    digit_groups,
    named,
    paired,
)

LARGEST = 10**18 - 1

AND = Word("und", "vm-and")
MINUS = Word("minus", "digits/minus")
COMMA = Word("Komma", "digits/comma")
AT = Word("um", "digits/at")
O_CLOCK = Word("Uhr", "digits/oclock")
MIDNIGHT = named("Mitternacht")
NUMBER = named("Nummer")
PRESS = Word("drücken Sie", "vm-press")


class German(Language):
    """German."""

    tag = "de"
    apology = (
        "Entschuldigung, es ist ein Fehler aufgetreten. Bitte rufen Sie später noch einmal an. "
        "Auf Wiederhören."
    )
    entered = "Ihre Eingabe war"
    right = "Wenn das richtig ist"
    wrong = "Für eine neue Eingabe"
    yes = YES
    no = NO
    near_days = NEAR_DAYS
    genders = ("masculine", "feminine", "neuter")
    currencies = CURRENCIES
    letters = "ÄÖÜß"
    unrecorded = UNRECORDED
    key_words = KEY_WORDS
    text_words = TEXT_WORDS
    heard = HEARD

    def number(self, value: Decimal, gender: str = "") -> Utterance:
        def spoken(whole: int, places: str) -> list[Word]:
            if not places:
                return cardinal(whole, gender)
            return [*cardinal(whole), COMMA, *(SMALL[int(digit)] for digit in places)]

        return numeral(value, LARGEST, MINUS, ",", spoken)

    def digits(self, text: str, group: int = 0, style: str = "") -> Utterance:
        pairs = style == "phone" and not group
        groups = paired(text) if pairs else digit_groups(text, group, style)
        return Utterance(text, SIGNS.digits(groups))

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
        text = f"{value.day}. {month.text}"
        words = (*ordinal(value.day, "masculine"), month)
        if style == "short":
            return Utterance(text, words)
        return Utterance(
            f"{weekday.text}, {text} {value.year}", (weekday, PAUSE, *words, *_year(value.year))
        )

    def time(self, value: time, clock: int = 0) -> Utterance:
        if clock == 12:
            return _on_12_hours(value)
        text, words = _clock(value.hour, value.minute)
        return Utterance(f"{text} Uhr", words)

    def ordinal(self, value: int, gender: str = "") -> Utterance:
        if value >= 10**6:
            return Utterance(f"Nummer {value}", (NUMBER, *cardinal(value)))
        return Utterance(f"{value}.", tuple(ordinal(value, gender)))

    def duration(self, value: timedelta) -> Utterance:
        minus = MINUS if value.total_seconds() < 0 else None
        return listed(length(value, LENGTHS), minus, AND, _count)

    def moment(
        self, value: datetime, style: str = "full", away: int | None = None, clock: int = 0
    ) -> Utterance:
        day, at = self.date(value.date(), style, away), self.time(value.time(), clock)
        return Utterance(f"{day.text} um {at.text}", (*day.words, AT, *at.words))

    def press(self, keys: str) -> Utterance:
        shown, names = SIGNS.pressed(keys)
        return Utterance(f", drücken Sie {shown}.", (PAUSE, PRESS, *names, STOP))


def cardinal(number: int, gender: str = "") -> list[Word]:
    """The words of a whole number of at least zero: by itself ("eins"), or before a noun of a
    gender ("ein", "eine"). Only one itself is inflected: "einhundertein Kronen"."""
    words: list[Word] = []
    left = number
    for size, one, many in SCALES:
        count, left = divmod(left, size)
        if count:
            words += [ONE["feminine"], one] if count == 1 else [*compound(_below(count)), many]
    if left or not words:
        words += compound(_below(left, gender if number == 1 else gender and "neuter"))
    return words


def ordinal(number: int, gender: str = "") -> list[Word]:
    """The words of erste, zweite … einundzwanzigste, below a million."""
    ending, sound = ENDINGS[gender]
    *before, last = _below(number)
    stem = STEMS.get(number % 100, f"{last.text}st")
    return compound([*before, Word(stem + ending, last.sound.replace("/", "/h-") + sound)])


def _below(number: int, gender: str = "") -> list[Word]:
    """The words of a number below a million, which are one; they are not joined yet."""
    if number >= 1000:
        count, rest = divmod(number, 1000)
        return [*_below(count, "neuter"), THOUSAND, *(_below(rest, gender) if rest else [])]
    if number >= 100:
        count, rest = divmod(number, 100)
        return [*_below(count, "neuter"), HUNDRED, *(_below(rest, gender) if rest else [])]
    if number == 1 and gender:
        return [ONE.get(gender, ONE[""])]
    if number < 20:
        return [SMALL[number]]
    tens, ones = divmod(number, 10)
    return [ONES_AND[ones], TENS[tens]] if ones else [TENS[tens]]


def _year(year: int) -> list[Word]:
    """1999 is neunzehnhundertneunundneunzig, 2026 zweitausendsechsundzwanzig."""
    century, rest = divmod(year, 100)
    if not 11 <= century <= 19:
        return cardinal(year)
    return compound([*_below(century), HUNDRED, *(_below(rest) if rest else [])])


def _count(count: int, unit: Unit, texts: list[str], words: list[Word]) -> None:
    """So many of a unit, in its gender."""
    word = unit.of(German.plural(count))
    texts += [str(count), word.text]
    words += [*cardinal(count, unit.gender), word]


def _clock(hour: int, minute: int) -> tuple[str, tuple[Word, ...]]:
    """The time as a text without "Uhr", and all its words: "ein Uhr", "neun Uhr fünf"."""
    words = (*cardinal(hour, "neuter"), O_CLOCK)
    if not minute:
        return str(hour), words
    return f"{hour}:{minute:02}", (*words, *cardinal(minute))


def _on_12_hours(value: time) -> Utterance:
    if not value.hour and not value.minute:
        return Utterance(MIDNIGHT.text, (MIDNIGHT,))
    part = next(word for hour, word in PARTS_OF_DAY if value.hour >= hour)
    text, words = _clock(value.hour % 12 or 12, value.minute)
    return Utterance(f"{text} Uhr {part.text}", (*words, part))
