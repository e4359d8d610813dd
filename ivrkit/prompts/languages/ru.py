"""Russian: numerals that agree with what they count, three plural forms, dates with the year in the
genitive, the clock of 24 hours, telephone numbers said in groups as numbers."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ivrkit.prompts.amounts import Unit, amount, length, listed, numeral, sums
from ivrkit.prompts.language import Language
from ivrkit.prompts.languages.ru_heard import HEARD
from ivrkit.prompts.languages.ru_words import (
    CURRENCIES,
    CYRILLIC,
    DAYS,
    ENDINGS,
    FRACTIONS,
    GENDERED,
    HOUR,
    HUNDREDS,
    KEY_WORDS,
    LENGTHS,
    MINUTE,
    MONTHS,
    NEAR_DAYS,
    NO,
    ORDINAL_NAMES,
    ORDINAL_SOUNDS,
    ORDINALS,
    PARTS_OF_DAY,
    PRESSED,
    SCALES,
    SIGNS,
    SMALL,
    TENS,
    TEXT_WORDS,
    THIRD,
    UNRECORDED,
    WHOLES,
    YEAR,
    YES,
)
from ivrkit.prompts.words import PAUSE, STOP, Utterance, Word, digit_groups

LARGEST = 10**18 - 1

AND = Word("и", "vm-and")
MINUS = Word("минус", "digits/minus")
AT = Word("в", "digits/at")
NUMBER = Word("номер", "number")
PRESS = Word("нажмите", "vm-press")
MIDNIGHT = Word("полночь", "digits/midnight")
NOON = Word("полдень", "digits/noon")
PHONES = {
    5: (1, 2, 2),
    6: (2, 2, 2),
    7: (3, 2, 2),
    10: (3, 3, 2, 2),
    11: (1, 3, 3, 2, 2),
}
"""How a telephone number of so many digits is said: 8, 495, 123, 45, 67."""


class Russian(Language):
    """Russian."""

    tag = "ru"
    apology = "Извините, произошла ошибка. Пожалуйста, перезвоните позже. До свидания."
    entered = "Вы ввели"
    right = "Если всё верно"
    wrong = "Чтобы ввести заново"
    yes = YES
    no = NO
    near_days = NEAR_DAYS
    genders = ("masculine", "feminine", "neuter")
    currencies = CURRENCIES
    letters = CYRILLIC
    unrecorded = UNRECORDED
    key_words = KEY_WORDS
    text_words = TEXT_WORDS
    heard = HEARD

    def number(self, value: Decimal, gender: str = "") -> Utterance:
        def spoken(whole: int, places: str) -> list[Word]:
            return _fraction(whole, places) if places else cardinal(whole, gender)

        return numeral(value, LARGEST, MINUS, ",", spoken)

    def digits(self, text: str, group: int = 0, style: str = "") -> Utterance:
        if style == "phone" and not group:
            return Utterance(text, _phone(text))
        return Utterance(text, SIGNS.digits(digit_groups(text, group, style)))

    def spell(self, text: str) -> Utterance:
        return SIGNS.spelled(text)

    def money(self, value: Decimal, currency: str) -> Utterance:
        negative, major, minor, names = amount(value, currency, CURRENCIES, LARGEST)
        return listed(sums(major, minor, names), MINUS if negative else None, None, _count)

    def date(self, value: date, style: str = "full", away: int | None = None) -> Utterance:
        if near := self.near_day(style, away):
            return near
        weekday = DAYS[value.isoweekday() % 7]
        if style == "weekday":
            return Utterance(weekday.text, (weekday,))
        month = MONTHS[value.month - 1]
        text, words = f"{value.day} {month.text}", (*ordinal(value.day, "neuter"), month)
        if style == "short":
            return Utterance(text, words)
        return Utterance(
            f"{weekday.text}, {text} {value.year} года",
            (weekday, PAUSE, *words, *_year(value.year), YEAR),
        )

    def time(self, value: time, clock: int = 0) -> Utterance:
        if clock == 12:
            return _on_12_hours(value)
        words = [*cardinal(value.hour, HOUR.gender), HOUR.of(Russian.plural(value.hour))]
        return Utterance(f"{value.hour}:{value.minute:02}", (*words, *_minutes(value.minute)))

    def ordinal(self, value: int, gender: str = "") -> Utterance:
        if value >= 10**6 or (value >= 10**4 and value % 1000 == 0):
            return Utterance(f"номер {value}", (NUMBER, *cardinal(value)))
        words = ordinal(value, gender or "masculine")
        return Utterance(f"{value}-{words[-1].text[-1]}", tuple(words))

    def duration(self, value: timedelta) -> Utterance:
        minus = MINUS if value.total_seconds() < 0 else None
        return listed(length(value, LENGTHS), minus, AND, _count)

    def moment(
        self, value: datetime, style: str = "full", away: int | None = None, clock: int = 0
    ) -> Utterance:
        day, at = self.date(value.date(), style, away), self.time(value.time(), clock)
        return Utterance(f"{day.text} в {at.text}", (*day.words, AT, *at.words))

    def press(self, keys: str) -> Utterance:
        names = [PRESSED.get(key) or SIGNS.name(key) for key in keys]
        shown = (key if key.isalnum() else name.text for key, name in zip(keys, names, strict=True))
        return Utterance(f", нажмите {' '.join(shown)}.", (PAUSE, PRESS, *names, STOP))


def cardinal(number: int, gender: str = "") -> list[Word]:
    """The words of a whole number of at least zero, in the gender of what it counts: "один рубль",
    "одна копейка"."""
    words: list[Word] = []
    left = number
    for size, scale in SCALES:
        count, left = divmod(left, size)
        if count:
            words += [*_below_thousand(count, scale.gender), scale.of(Russian.plural(count))]
    return [*words, *(_below_thousand(left, gender) if left or not words else [])]


def ordinal(number: int, form: str) -> list[Word]:
    """The words of a place in an order: only the last one is an ordinal. ``form`` is a gender, or
    ``genitive``. No whole thousands from ten thousand on."""
    last = number % 100
    if last not in ORDINALS:
        last = number % 10 or number % 100 or number % 1000 or number % 10000
    words = cardinal(number - last) if number > last else []
    stem, ending = ORDINALS[last]
    text = stem + ENDINGS.get(form, ending)
    name = ORDINAL_NAMES.get(last, last)
    if last == 3:
        text = THIRD.get(form, text)
    return [*words, Word(text, f"digits/h-{name}{ORDINAL_SOUNDS[form]}")]


def _below_thousand(number: int, gender: str) -> list[Word]:
    special = GENDERED.get(gender, {})
    hundreds, rest = number - number % 100, number % 100
    words = [HUNDREDS[hundreds]] if hundreds else []
    if rest >= 20:
        words.append(TENS[rest - rest % 10])
        rest %= 10
        if not rest:
            return words
    if rest or not words:
        words.append(special.get(rest, SMALL[rest]))
    return words


def _fraction(whole: int, places: str) -> list[Word]:
    """3.14 is "три целых четырнадцать сотых"."""
    count = int(places)
    behind = WHOLES[0 if Russian.plural(whole) == "one" else 1]
    parts = FRACTIONS[len(places) - 1][0 if Russian.plural(count) == "one" else 1]
    return [*cardinal(whole, "feminine"), behind, *cardinal(count, "feminine"), parts]


def _year(year: int) -> list[Word]:
    """Of the year: 1999 is "тысяча девятьсот девяносто девятого"."""
    words = ordinal(year, "genitive")
    return words[1:] if len(words) > 1 and year // 1000 == 1 else words


def _count(count: int, unit: Unit, texts: list[str], words: list[Word]) -> None:
    """So many of a unit, in its gender and the form that the number wants."""
    word = unit.of(Russian.plural(count))
    texts += [str(count), word.text]
    words += [*cardinal(count, unit.gender), word]


def _minutes(minute: int) -> list[Word]:
    if not minute:
        return []
    return [*cardinal(minute, MINUTE.gender), MINUTE.of(Russian.plural(minute))]


def _on_12_hours(value: time) -> Utterance:
    """14:05 is "два часа пять минут дня", 1:00 "час ночи"."""
    if not value.minute and value.hour % 12 == 0:
        word = NOON if value.hour else MIDNIGHT
        return Utterance(word.text, (word,))
    hour = value.hour % 12 or 12
    part = next(word for begins, word in PARTS_OF_DAY if value.hour >= begins)
    words = [*(cardinal(hour) if hour > 1 else []), HOUR.of(Russian.plural(hour))]
    return Utterance(
        f"{hour}:{value.minute:02} {part.text}", (*words, *_minutes(value.minute), part)
    )


def _phone(text: str) -> tuple[Word, ...]:
    """A telephone number: +7 495 123 45 67, group by group as numbers."""
    words: list[Word] = []
    for group in _phone_groups(text):
        words += [PAUSE] if words else []
        digits = group.lstrip("0")
        if not group.isdecimal() or len(group) > 3:
            words += SIGNS.digits([group])
            continue
        words += [SMALL[0]] * (len(group) - len(digits))
        words += cardinal(int(digits)) if digits else []
    return tuple(words)


def _phone_groups(text: str) -> list[str]:
    parts = digit_groups(text)
    if len(text.replace("-", " ").split()) > 1:
        return parts
    digits = "".join(parts)
    sizes = PHONES.get(len(digits.removeprefix("+")))
    if sizes is None or not digits.removeprefix("+").isdecimal():
        return parts
    if digits.startswith("+"):
        sizes = (sizes[0] + 1, *sizes[1:])
    ends = [sum(sizes[: place + 1]) for place in range(len(sizes))]
    return [digits[end - size : end] for end, size in zip(ends, sizes, strict=True)]
