"""Italian: numbers written as one word, "un'ora" and "un milione di euro", the clock of twenty-four
hours behind "ore", "primo" for the first of a month."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ivrkit.errors import PromptError
from ivrkit.prompts.amounts import (
    Unit,
    amount,
    length,
    listed,
    numeral,
    places_read,
    sums,
)
from ivrkit.prompts.language import Language
from ivrkit.prompts.languages.it_heard import HEARD
from ivrkit.prompts.languages.it_words import (
    ACCENTED,
    CURRENCIES,
    DAYS,
    EIGHTS,
    KEY_WORDS,
    LENGTHS,
    MONTHS,
    NEAR_DAYS,
    NO,
    ONES,
    ORDINALS,
    SIGNS,
    SMALL,
    TENS,
    TEXT_WORDS,
    UNRECORDED,
    YES,
)
from ivrkit.prompts.words import JOINT, PAUSE, STOP, Utterance, Word, compound, digit_groups, groups

LARGEST = 10**18 - 1

AND = Word("e", "vm-and")
E = Word("e", "digits/e")
MINUS = Word("meno", "digits/minus")
COMMA = SIGNS.marks[","]
PRESS = Word("prema", "vm-press")
UN = Word("un", "digits/un")
UNA = Word("una", "digits/una")
ELIDED = Word(f"un'{JOINT}", "digits/un")
HUNDRED = Word("cento", "digits/hundred")
THOUSAND = Word("mille", "digits/thousand")
THOUSANDS = Word("mila", "digits/thousands")
MILLION = (Word("milione", "digits/million"), Word("milioni", "digits/millions"))
MILLIARD = (Word("miliardo", "digits/billion"), Word("miliardi", "digits/billions"))
OF = Word("di", "digits/di")
THREE = Word("tré", "digits/3")
"""Three at the end of a longer word."""
HOURS = Word("ore", "digits/hours")
AT = Word("alle", "digits/at")
TO = Word("a", "digits/a")
THE = Word("le", "digits/le")
THE_ONE = Word("l'una", "digits/l-una")
AT_ONE = Word("all'una", "digits/all-una")
MIDNIGHT = Word("mezzanotte", "digits/ore-mezzanotte")
NOON = Word("mezzogiorno", "digits/mezzogiorno")
HALF = Word("mezza", "digits/mezza")
QUARTER = Word("quarto", "digits/quarto")
OF_DAY = (
    (6, Word("di notte", "digits/di-notte")),
    (12, Word("del mattino", "digits/del-mattino")),
    (18, Word("del pomeriggio", "digits/del-pomeriggio")),
    (24, Word("di sera", "digits/di-sera")),
)
"""The parts of the day and the hours at which they end."""
COUNTRY_CODE = 3
"""The signs of +39."""


class Italian(Language):
    """Italian. The clock of 24 hours stands behind "ore", so that "alle" can stand before it."""

    tag = "it"
    apology = "Siamo spiacenti, si è verificato un errore. La preghiamo di richiamare. Arrivederci."
    entered = "Ha digitato"
    right = "Se è corretto"
    wrong = "Per digitarlo di nuovo"
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
            one = {"masculine": UN, "feminine": UNA}.get(gender) if not places else None
            words = [one] if one and whole == 1 else cardinal(whole)
            comma = [COMMA] if places else []
            behind = [word for number in places_read(places) for word in cardinal(number)]
            return [*words, *comma, *behind]

        return numeral(value, LARGEST, MINUS, ",", spoken)

    def digits(self, text: str, group: int = 0, style: str = "") -> Utterance:
        is_plain = style == "phone" and not group and len(text.replace("-", " ").split()) == 1
        parts = _phone(text.strip()) if is_plain else digit_groups(text, group, style)
        return Utterance(text, SIGNS.digits(parts))

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
        day = [ORDINALS[1]] if value.day == 1 else cardinal(value.day)
        text = f"{value.day}{'º' if value.day == 1 else ''} {month.text}"
        words = (*day, month)
        if style == "short":
            return Utterance(text, words)
        return Utterance(
            f"{weekday.text} {text} {value.year}", (weekday, *words, *cardinal(value.year))
        )

    def time(self, value: time, clock: int = 0) -> Utterance:
        if clock == 12:
            return _on_12_hours(value)
        text, words = f"ore {value.hour}", [HOURS, *_hour(value.hour)]
        if value.minute:
            text += f":{value.minute:02}"
            words += [E, *cardinal(value.minute)]
        return Utterance(text, tuple(words))

    def ordinal(self, value: int, gender: str = "") -> Utterance:
        if value > LARGEST:
            raise PromptError(f"an ordinal beyond {LARGEST} cannot be said")
        words = [ORDINALS[value]] if value in ORDINALS else ordinal(value)
        if gender == "feminine":
            last = words[-1]
            words[-1] = Word(f"{last.text[:-1]}a", f"{last.sound}F")
        return Utterance(f"{value}{'ª' if gender == 'feminine' else 'º'}", tuple(words))

    def duration(self, value: timedelta) -> Utterance:
        minus = MINUS if value.total_seconds() < 0 else None
        return listed(length(value, LENGTHS), minus, AND, _count)

    def moment(
        self, value: datetime, style: str = "full", away: int | None = None, clock: int = 0
    ) -> Utterance:
        day, at = self.date(value.date(), style, away), self.time(value.time(), clock)
        text, words = f"alle {at.text}", (AT, *at.words)
        first = at.words[0]
        if first in (MIDNIGHT, NOON):
            text, words = f"a {at.text}", (TO, *at.words)
        elif first == THE_ONE:
            text, words = f"al{at.text}", (AT_ONE, *at.words[1:])
        elif first == THE:
            text, words = f"al{at.text}", (AT, *at.words[1:])
        return Utterance(f"{day.text} {text}", (*day.words, *words))

    def press(self, keys: str) -> Utterance:
        shown, names = SIGNS.pressed(keys)
        return Utterance(f", prema {shown}.", (PAUSE, PRESS, *names, STOP))


def cardinal(number: int) -> list[Word]:
    """The words of a whole number of at least zero; below a million they are one."""
    for size, (one, many) in ((10**9, MILLIARD), (10**6, MILLION)):
        if number >= size:
            count, rest = divmod(number, size)
            before = [UN] if count == 1 else cardinal(count)
            of = [OF] if count % 10**6 == 0 else []
            scale = one if count == 1 else many
            return [*before, *of, scale, *(cardinal(rest) if rest else [])]
    words = _parts(number)
    if len(words) > 1 and words[-1] == SMALL[3]:
        words[-1] = THREE
    return compound(words)


def _parts(number: int) -> list[Word]:
    """The words of a number below a million that are written as one."""
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest)
    before = [THOUSAND] if thousands == 1 else [*_below_thousand(thousands), THOUSANDS]
    return before + (_below_thousand(rest) if rest else [])


def _below_thousand(number: int) -> list[Word]:
    hundreds, rest = divmod(number, 100)
    before = _hundreds(hundreds, rest)
    return before + (_below_hundred(rest) if rest or not hundreds else [])


def _hundreds(count: int, rest: int) -> list[Word]:
    """cento, duecento; "cento" loses its vowel before "otto" and "ottanta"."""
    if not count:
        return []
    elided = rest == 8 or rest // 10 == 8
    hundred = replace(HUNDRED, text="cent") if elided else HUNDRED
    return [hundred] if count == 1 else [SMALL[count], hundred]


def _below_hundred(number: int) -> list[Word]:
    if number < 20:
        return [SMALL[number]]
    known = TENS.get(number) or ONES.get(number) or EIGHTS.get(number)
    return [known] if known else [TENS[number // 10 * 10], SMALL[number % 10]]


def ordinal(number: int) -> list[Word]:
    """The words of undicesimo, ventunesimo, centesimo … from 11 on, in the masculine."""
    for size, (one, many) in ((10**9, MILLIARD), (10**6, MILLION)):
        if number >= size:
            count, rest = divmod(number, size)
            before = cardinal(count) if count > 1 else []
            if rest:
                scale = many if count > 1 else one
                return [*(before or [UN]), scale, *_behind(rest)]
            of = [OF] if count % 10**6 == 0 else []
            last = Word(f"{one.text[:-1]}esimo", f"{one.sound.replace('/', '/h-')}")
            return [*before, *of, last]
    return compound(_ordinal_parts(number))


def _behind(rest: int) -> list[Word]:
    return compound(_last(rest)) if rest < 100 else ordinal(rest)


def _ordinal_parts(number: int) -> list[Word]:
    thousands, rest = divmod(number, 1000)
    if thousands and not rest:
        before = _below_thousand(thousands) if thousands > 1 else []
        return [*before, Word("millesimo", "digits/h-thousand")]
    before = []
    if thousands:
        before = [THOUSAND] if thousands == 1 else [*_below_thousand(thousands), THOUSANDS]
    hundreds, rest = divmod(rest, 100)
    if hundreds and not rest:
        counted = [SMALL[hundreds]] if hundreds > 1 else []
        return [*before, *counted, Word("centesimo", "digits/h-hundred")]
    return [*before, *_hundreds(hundreds, rest), *_last(rest)]


def _last(number: int) -> list[Word]:
    """The end of an ordinal, below a hundred: "unesimo", "decimo", "ventitreesimo"."""
    if number == 10:
        return [ORDINALS[10]]
    tens, ones = divmod(number, 10)
    if tens < 2 or ones in (0, 1, 8):
        return [_place(_below_hundred(number)[0].text, f"digits/h-{number}", number < 10)]
    return [TENS[tens * 10], _place(SMALL[ones].text, f"digits/h-{ones}", True)]


def _place(text: str, sound: str, ending: bool) -> Word:
    """A number with "-esimo" in place of its last vowel, which "tre" and "sei" keep. An ``ending``
    stands behind other words only: "-duesimo"."""
    stem = text if text in ("tre", "sei") else text[:-1]
    return Word(f"{stem}esimo", f"{sound}-esimo" if ending else sound)


def _count(count: int, unit: Unit, texts: list[str], words: list[Word]) -> None:
    """So many of a unit: "un'ora", "ventuno sterline", "un milione di euro"."""
    word = unit.of(Italian.plural(count))
    texts += [str(count), word.text]
    words += [*([_article(word.text, unit.gender)] if count == 1 else cardinal(count)), word]


def _article(noun: str, gender: str) -> Word:
    if gender == "feminine":
        return ELIDED if noun[0] in "aeiou" else UNA
    is_hard = noun[0] in "zxy" or (noun[0] == "s" and noun[1] not in "aeiou")
    return SMALL[1] if is_hard else UN


def _hour(hour: int) -> list[Word]:
    return [UNA] if hour == 1 else cardinal(hour)


def _on_12_hours(value: time) -> Utterance:
    """14:30 is "le due e mezza del pomeriggio", 0:15 "mezzanotte e un quarto"."""
    hour = value.hour % 12
    named = {0: MIDNIGHT, 12: NOON}.get(value.hour)
    words = [named] if named else [THE_ONE] if hour == 1 else [THE, *cardinal(hour)]
    text = named.text if named else "l'1" if hour == 1 else f"le {hour}"
    if value.minute:
        said = {15: [UN, QUARTER], 30: [HALF]}.get(value.minute) or cardinal(value.minute)
        words += [E, *said]
        text += f" e {value.minute}" if named else f":{value.minute:02}"
    if named is None:
        part = next(word for end, word in OF_DAY if value.hour < end)
        words.append(part)
        text += f" {part.text}"
    return Utterance(text, tuple(words))


def _phone(digits: str) -> list[str]:
    """A telephone number in groups: the code of the country, the prefix (02 and 06 have two
    digits), then threes."""
    if not digits:
        return digit_groups(digits)
    code, rest = "", digits
    if digits.startswith("+"):
        code, rest = digits[:COUNTRY_CODE], digits[COUNTRY_CODE:]
    size = 2 if rest.startswith(("02", "06")) else 3
    prefix, number = (rest[:size], rest[size:]) if len(rest) > 7 else ("", rest)
    return [part for part in (code, prefix, *groups(number)) if part]
