"""French as it is spoken in France: "soixante-dix", the clock of twenty-four hours, telephone
numbers in pairs, "premier" for the first of a month, "mille milliards" for a million millions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ivrkit.errors import PromptError
from ivrkit.prompts.amounts import (
    TOGETHER,
    Unit,
    amount,
    length,
    listed,
    numeral,
    places_read,
    sums,
)
from ivrkit.prompts.language import Language
from ivrkit.prompts.languages.fr_heard import HEARD
from ivrkit.prompts.languages.fr_words import (
    ACCENTED,
    CURRENCIES,
    DAYS,
    FIRST,
    HOURS,
    KEY_WORDS,
    LENGTHS,
    MONTHS,
    NEAR_DAYS,
    NO,
    ONE_FEMININE,
    PLACES,
    SIGNS,
    SMALL,
    TENS,
    TEXT_WORDS,
    UNRECORDED,
    YES,
)
from ivrkit.prompts.words import PAUSE, STOP, Utterance, Word, digit_groups

LARGEST = 10**18 - 1

AND = Word("et", "vm-and")
ET = Word("et", "digits/et")
MINUS = Word("moins", "digits/minus")
COMMA = SIGNS.marks[","]
AT = Word("à", "digits/at")
OF = Word("de", "digits/de")
PRESS = Word("appuyez sur", "vm-press")
HUNDRED = Word("cent", "digits/hundred")
HUNDREDS = Word("cents", "digits/hundred")
THOUSAND = Word("mille", "digits/thousand")
MILLION = (Word("million", "digits/million"), Word("millions", "digits/million"))
MILLIARD = (Word("milliard", "digits/billion"), Word("milliards", "digits/billion"))
EIGHTY = Word("quatre-vingt", "digits/80")
MIDNIGHT = Word("minuit", "digits/midnight")
NOON = Word("midi", "digits/noon")
QUARTER = Word("quart", "digits/quarter")
HALF = {"": Word("demi", "digits/half"), "feminine": Word("demie", "digits/half")}
MORNING = Word("du matin", "digits/du-matin")
AFTERNOON = Word("de l'après-midi", "digits/de-l-apres-midi")
EVENING = Word("du soir", "digits/du-soir")


class French(Language):
    """French."""

    tag = "fr"
    apology = (
        "Nous sommes désolés, une erreur s'est produite. Veuillez rappeler plus tard. Au revoir."
    )
    entered = "Vous avez saisi"
    right = "Si c'est exact"
    wrong = "Pour recommencer la saisie"
    yes = YES
    no = NO
    near_days = NEAR_DAYS
    genders = ("masculine", "feminine")
    currencies = CURRENCIES
    letters = "".join(ACCENTED)
    unrecorded = UNRECORDED
    key_words = KEY_WORDS
    text_words = TEXT_WORDS
    heard = HEARD

    def number(self, value: Decimal, gender: str = "") -> Utterance:
        def spoken(whole: int, places: str) -> list[Word]:
            words = cardinal(whole, feminine=gender == "feminine" and not places)
            comma = [COMMA] if places else []
            behind = [word for number in places_read(places) for word in cardinal(number)]
            return [*words, *comma, *behind]

        return numeral(value, LARGEST, MINUS, ",", spoken)

    def digits(self, text: str, group: int = 0, style: str = "") -> Utterance:
        if style == "phone":
            return Utterance(text, tuple(_phone(text, group)))
        return Utterance(text, SIGNS.digits(digit_groups(text, group, style)))

    def spell(self, text: str) -> Utterance:
        return SIGNS.spelled(unicodedata.normalize("NFC", text))

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
        day = [FIRST[""]] if value.day == 1 else cardinal(value.day)
        text = f"{value.day}{'er' if value.day == 1 else ''} {month.text}"
        words = (*day, month)
        if style == "short":
            return Utterance(text, words)
        return Utterance(
            f"{weekday.text} {text} {value.year}", (weekday, *words, *cardinal(value.year))
        )

    def time(self, value: time, clock: int = 0) -> Utterance:
        if clock == 12:
            return _on_12_hours(value)
        if clock == 0 and not value.minute and value.hour in (0, 12):
            word = NOON if value.hour else MIDNIGHT
            return Utterance(word.text, (word,))
        words = [*_hours(value.hour)]
        text = f"{value.hour} h"
        if value.minute:
            text += f" {value.minute:02}"
            words += cardinal(value.minute, feminine=True)
        return Utterance(text, tuple(words))

    def ordinal(self, value: int, gender: str = "") -> Utterance:
        feminine = gender == "feminine"
        if value > LARGEST:
            raise PromptError(f"an ordinal beyond {LARGEST} cannot be said")
        if value == 1:
            return Utterance("1re" if feminine else "1er", (FIRST[gender if feminine else ""],))
        words = cardinal(value)
        if value in (10**6, 10**9):
            words = words[1:]
        return Utterance(f"{value}e", (*words[:-1], PLACES[words[-1].text]))

    def duration(self, value: timedelta) -> Utterance:
        minus = MINUS if value.total_seconds() < 0 else None
        return listed(length(value, LENGTHS), minus, AND, _count)

    def moment(
        self, value: datetime, style: str = "full", away: int | None = None, clock: int = 0
    ) -> Utterance:
        day, at = self.date(value.date(), style, away), self.time(value.time(), clock)
        return Utterance(f"{day.text} à {at.text}", (*day.words, AT, *at.words))

    def press(self, keys: str) -> Utterance:
        shown, names = SIGNS.pressed(keys)
        return Utterance(f", appuyez sur {shown}.", (PAUSE, PRESS, *names, STOP))


def cardinal(number: int, *, feminine: bool = False, counting: bool = False) -> list[Word]:
    """The words of a whole number of at least zero. ``feminine`` makes one "une"; ``counting``
    is for what counts thousands: "deux cent mille", not "deux cents mille"."""
    for size, (one, many) in ((10**9, MILLIARD), (10**6, MILLION)):
        if number >= size:
            count, rest = divmod(number, size)
            of = [OF] if count % 10**6 == 0 else []
            said = [*cardinal(count), *of, one if count == 1 else many]
            return said + (cardinal(rest, feminine=feminine) if rest else [])
    if number >= 1000:
        count, rest = divmod(number, 1000)
        before = cardinal(count, counting=True) if count > 1 else []
        return [*before, THOUSAND, *(cardinal(rest, feminine=feminine) if rest else [])]
    if number >= 100:
        count, rest = divmod(number, 100)
        before = [SMALL[count]] if count > 1 else []
        if rest:
            return [*before, HUNDRED, *_below_hundred(rest, feminine, counting)]
        return [*before, HUNDREDS if before and not counting else HUNDRED]
    return _below_hundred(number, feminine, counting)


def _below_hundred(number: int, feminine: bool, counting: bool) -> list[Word]:
    if number < 20:
        return [ONE_FEMININE if feminine and number == 1 else SMALL[number]]
    tens, ones = divmod(number, 10)
    if not ones:
        return [EIGHTY if counting and number == 80 else TENS[number]]
    if tens in (7, 9):
        tens, ones = tens - 1, ones + 10
    last = ONE_FEMININE if feminine and ones == 1 else SMALL[ones]
    if tens == 8:
        return [_hyphened(EIGHTY), last]
    return [TENS[tens * 10], ET, last] if ones in (1, 11) else [_hyphened(TENS[tens * 10]), last]


def _hyphened(word: Word) -> Word:
    return Word(f"{word.text}-", word.sound)


def _count(count: int, unit: Unit, texts: list[str], words: list[Word]) -> None:
    """So many of a unit, in its gender: "vingt et une livres", "un million d'euros"."""
    word = unit.of(French.plural(count))
    texts += [str(count), word.text]
    words += [*cardinal(count, feminine=unit.gender == "feminine"), word]


def _hours(hour: int) -> list[Word]:
    return [*cardinal(hour, feminine=True), HOURS.of(French.plural(hour))]


def _on_12_hours(value: time) -> Utterance:
    """3:15 is "trois heures et quart du matin", 0:30 "minuit et demi"."""
    named = {0: MIDNIGHT, 12: NOON}.get(value.hour)
    words = _hours(value.hour % 12) if named is None else [named]
    text = f"{value.hour % 12} h" if named is None else named.text
    if value.minute:
        text += f" {value.minute:02}"
        half = HALF["feminine" if named is None else ""]
        said = {15: [ET, QUARTER], 30: [ET, half]}.get(value.minute)
        words += said or cardinal(value.minute, feminine=True)
    if named is None:
        part = MORNING if value.hour < 12 else AFTERNOON if value.hour < 18 else EVENING
        words.append(part)
        text += f" {part.text}"
    return Utterance(text, tuple(words))


def _phone(text: str, group: int) -> Iterator[Word]:
    """A telephone number in pairs, each read as a number: 06 12 is "zéro six, douze"."""
    for index, part in enumerate(_pairs(text, group)):
        if index:
            yield PAUSE
        digits = part.lstrip("+")
        yield from (SIGNS.marks["+"] for _ in range(len(part) - len(digits)))
        rest = digits.lstrip("0")
        if not rest.isdecimal() or len(rest) > TOGETHER:
            yield from SIGNS.digits([digits])
        else:
            yield from (SMALL[0] for _ in range(len(digits) - len(rest)))
            yield from cardinal(int(rest))


def _pairs(text: str, group: int) -> list[str]:
    """The parts of a telephone number: as it is written, else in groups of a size, else in pairs;
    of +33 and its nine digits the first by itself."""
    written = text.replace("-", " ").split()
    if group or len(written) != 1:
        return digit_groups(text, group)
    digits = written[0]
    if len(digits) <= TOGETHER:
        return [digits]
    code, rest = (digits[:3], digits[3:]) if digits.startswith("+") else ("", digits)
    pairs = [rest[max(end - 2, 0) : end] for end in range(len(rest), 0, -2)][::-1]
    return [code, *pairs] if code else pairs
