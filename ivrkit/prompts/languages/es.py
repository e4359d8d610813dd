"""Spanish as it is understood everywhere: the decimal comma, "con" before cents, the clock of
twelve hours with the time of day, "primero" for the first of a month."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

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
from ivrkit.prompts.languages.es_heard import HEARD
from ivrkit.prompts.languages.es_words import (
    ACCENTED,
    BEFORE_NOUN,
    CURRENCIES,
    DAYS,
    FEMININE,
    HOURS,
    HUNDREDS,
    HUNDREDS_FEMININE,
    KEY_WORDS,
    LENGTHS,
    MONTHS,
    NEAR_DAYS,
    NO,
    ORDINALS,
    SIGNS,
    SMALL,
    TENS,
    TENTHS,
    TEXT_WORDS,
    UNRECORDED,
    YES,
)
from ivrkit.prompts.words import PAUSE, STOP, Utterance, Word, digit_groups

LARGEST = 10**18 - 1

AND = Word("y", "vm-and")
MINUS = Word("menos", "digits/minus")
COMMA = SIGNS.marks[","]
OF = Word("de", "digits/es-de")
WITH = Word("con", "digits/con")
TO = Word("a", "digits/a")
PRESS = Word("pulse", "vm-press")
NUMBER = Word("número", "digits/number")
HUNDRED = Word("cien", "digits/hundred")
HUNDRED_AND = Word("ciento", "digits/100-and")
THOUSAND = Word("mil", "digits/thousand")
MILLIONS = (
    (10**12, Word("billón", "digits/billion"), Word("billones", "digits/billions")),
    (10**6, Word("millón", "digits/million"), Word("millones", "digits/millions")),
)
HALF = Word("media", "digits/half")
QUARTER = Word("cuarto", "digits/quarter")
THE = (Word("las", "digits/las"), Word("la", "digits/la"))
OF_DAY = {
    text: Word(text, f"digits/{text.replace(' ', '-').replace('ñ', 'n').replace('í', 'i')}")
    for text in ("de la madrugada", "de la mañana", "del mediodía", "de la tarde", "de la noche")
}
COUNTRY_CODE = 3
"""The signs of +34."""


class Spanish(Language):
    """Spanish."""

    tag = "es"
    apology = "Lo sentimos, se ha producido un error. Por favor, vuelva a llamar más tarde. Adiós."
    entered = "Ha marcado"
    right = "Si es correcto"
    wrong = "Para volver a marcarlo"
    yes = YES
    no = NO
    near_days = NEAR_DAYS
    currencies = CURRENCIES
    letters = "Ñ" + "".join(ACCENTED)
    genders = ("masculine", "feminine")
    unrecorded = UNRECORDED
    key_words = KEY_WORDS
    text_words = TEXT_WORDS
    heard = HEARD

    def number(self, value: Decimal, gender: str = "") -> Utterance:
        def spoken(whole: int, places: str) -> list[Word]:
            kind = "" if places else gender
            words = cardinal(whole, noun=kind == "masculine", feminine=kind == "feminine")
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
        return listed(sums(major, minor, names), MINUS if negative else None, WITH, _count)

    def date(self, value: date, style: str = "full", away: int | None = None) -> Utterance:
        if near := self.near_day(style, away):
            return near
        weekday = DAYS[value.isoweekday() % 7]
        if style == "weekday":
            return Utterance(weekday.text, (weekday,))
        month = MONTHS[value.month - 1]
        day = [ORDINALS[1]] if value.day == 1 else cardinal(value.day)
        text, words = f"{value.day} de {month.text}", (*day, OF, month)
        if style == "short":
            return Utterance(text, words)
        return Utterance(
            f"{weekday.text}, {text} de {value.year}",
            (weekday, PAUSE, *words, OF, *cardinal(value.year)),
        )

    def time(self, value: time, clock: int = 0) -> Utterance:
        if clock == 24:
            return _on_24_hours(value)
        hour = value.hour % 12 or 12
        article = THE[1] if hour == 1 else THE[0]
        words = [article, *cardinal(hour, feminine=True)]
        text = f"{article.text} {hour}"
        if value.minute:
            said = {15: [QUARTER], 30: [HALF]}.get(value.minute) or cardinal(value.minute)
            words += [AND, *said]
            text += f":{value.minute:02}"
        part = OF_DAY[_part_of_day(value.hour)]
        return Utterance(f"{text} {part.text}", (*words, part))

    def ordinal(self, value: int, gender: str = "") -> Utterance:
        if value >= 100:
            return Utterance(f"número {value}", (NUMBER, *cardinal(value)))
        if value in ORDINALS:
            words = [ORDINALS[value]]
        else:
            tens, ones = divmod(value, 10)
            words = [TENTHS[tens * 10], *([ORDINALS[ones]] if ones else [])]
        if gender == "feminine":
            words = [Word(f"{word.text[:-1]}a", f"{word.sound}F") for word in words]
        elif gender == "masculine" and words[-1].text.endswith(("primero", "tercero")):
            words[-1] = Word(words[-1].text[:-1], f"{words[-1].sound}M")
        return Utterance(f"{value}{_mark(words[-1], gender)}", tuple(words))

    def duration(self, value: timedelta) -> Utterance:
        minus = MINUS if value.total_seconds() < 0 else None
        return listed(length(value, LENGTHS), minus, AND, _count)

    def moment(
        self, value: datetime, style: str = "full", away: int | None = None, clock: int = 0
    ) -> Utterance:
        day, at = self.date(value.date(), style, away), self.time(value.time(), clock)
        return Utterance(f"{day.text} a {at.text}", (*day.words, TO, *at.words))

    def press(self, keys: str) -> Utterance:
        shown, names = SIGNS.pressed(keys)
        return Utterance(f", pulse {shown}.", (PAUSE, PRESS, *names, STOP))


def cardinal(number: int, *, noun: bool = False, feminine: bool = False) -> list[Word]:
    """The words of a whole number of at least zero: by itself (``uno``), before a masculine noun
    (``un``) or a feminine one (``una``, ``doscientas``)."""
    for size, one, many in MILLIONS:
        if number >= size:
            count, rest = divmod(number, size)
            before = [*cardinal(count, noun=True), one if count == 1 else many]
            return before + (cardinal(rest, noun=noun, feminine=feminine) if rest else [])
    if number >= 1000:
        count, rest = divmod(number, 1000)
        # What counts thousands agrees with the noun too: "doscientas mil libras".
        before = [] if count == 1 else cardinal(count, noun=not feminine, feminine=feminine)
        rest_words = cardinal(rest, noun=noun, feminine=feminine) if rest else []
        return [*before, THOUSAND, *rest_words]
    return _below_thousand(number, noun=noun, feminine=feminine)


def _below_thousand(number: int, *, noun: bool, feminine: bool) -> list[Word]:
    if number == 100:
        return [HUNDRED]
    if number > 100:
        hundreds, rest = number // 100 * 100, number % 100
        known = HUNDREDS_FEMININE if feminine else HUNDREDS
        words = [HUNDRED_AND if hundreds == 100 else known[hundreds]]
        return words + (_below_thousand(rest, noun=noun, feminine=feminine) if rest else [])
    if number < 30:
        special = FEMININE if feminine else BEFORE_NOUN if noun else {}
        return [special.get(number, SMALL[number])]
    tens, ones = divmod(number, 10)
    if not ones:
        return [TENS[number]]
    return [TENS[tens * 10], AND, *_below_thousand(ones, noun=noun, feminine=feminine)]


def _count(count: int, unit: Unit, texts: list[str], words: list[Word]) -> None:
    """So many of a unit, in its gender; "un millón de euros" has a "de"."""
    feminine = unit.gender == "feminine"
    form = Spanish.plural(count)
    word = unit.of(form)
    of = [OF] if form == "many" else []
    texts += [str(count), *(each.text for each in of), word.text]
    words += [*cardinal(count, noun=not feminine, feminine=feminine), *of, word]


def _part_of_day(hour: int) -> str:
    if hour == 0 or hour >= 20:
        return "de la noche"
    if hour < 6:
        return "de la madrugada"
    if hour < 12:
        return "de la mañana"
    return "del mediodía" if hour == 12 else "de la tarde"


def _on_24_hours(value: time) -> Utterance:
    """14:30 is "las catorce treinta", 14:05 "las catorce y cinco", 14:00 "las catorce horas"."""
    article = THE[1] if value.hour == 1 else THE[0]
    words = [article, *cardinal(value.hour, feminine=True)]
    if value.minute:
        words += [*([AND] if value.minute < 10 else []), *cardinal(value.minute)]
    elif value.hour != 1:
        words.append(HOURS.of("other"))
    return Utterance(f"{article.text} {value.hour}:{value.minute:02}", tuple(words))


def _mark(word: Word, gender: str) -> str:
    """What stands behind a numeral: 1.º, 1.ª, and 1.er before a noun."""
    if gender == "feminine":
        return ".ª"
    return ".er" if word.text.endswith("er") else ".º"


def _phone(text: str, group: int) -> Iterator[Word]:
    """A telephone number: three digits one by one, the others in pairs that are read as numbers:
    612 34 is "seis uno dos, treinta y cuatro"."""
    for index, part in enumerate(_phone_groups(text, group)):
        if index:
            yield PAUSE
        digits = part.lstrip("+")
        yield from (SIGNS.marks["+"] for _ in range(len(part) - len(digits)))
        if len(digits) < TOGETHER and digits.isdecimal() and not digits.startswith("0"):
            yield from cardinal(int(digits))
        else:
            yield from SIGNS.digits([digits])


def _phone_groups(text: str, group: int) -> list[str]:
    """The parts of a telephone number: as it is written, else in groups of a size, else in pairs,
    behind three digits where their number is odd."""
    written = text.replace("-", " ").split()
    if group or len(written) != 1:
        return digit_groups(text, group)
    code, rest = "", written[0]
    if rest.startswith("+"):
        code, rest = rest[:COUNTRY_CODE], rest[COUNTRY_CODE:]
    first = TOGETHER if len(rest) % 2 else 0
    pairs = [rest[start : start + 2] for start in range(first, len(rest), 2)]
    return [part for part in (code, rest[:first], *pairs) if part]
