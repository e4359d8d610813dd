"""Spanish as it is understood everywhere: the decimal comma, "con" before cents, the clock of
twelve hours with the time of day, "primero" for the first of a month."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ivrkit.errors import PromptError
from ivrkit.prompts.amounts import Unit, amount, length, listed, whole_and_places
from ivrkit.prompts.language import Language
from ivrkit.prompts.languages.es_words import (
    BEFORE_NOUN,
    CURRENCIES,
    DAYS,
    FEMININE,
    HUNDREDS,
    KEY_NAMES,
    KEY_WORDS,
    LENGTHS,
    LETTERS,
    MONTHS,
    NEAR_DAYS,
    NO,
    ORDINALS,
    SIGNS,
    SMALL,
    TENS,
    TENTHS,
    TEXT_WORDS,
    YES,
)
from ivrkit.prompts.words import PAUSE, STOP, Utterance, Word, digit_groups

LARGEST = 10**18 - 1

AND = Word("y", "vm-and")
MINUS = Word("menos", "digits/minus")
COMMA = Word("coma", "digits/point")
OF = Word("de", "digits/de")
WITH = Word("con", "digits/con")
TO = Word("a", "digits/at")
PRESS = Word("pulse", "vm-press")
NUMBER = Word("número", "digits/number")
HUNDRED = Word("cien", "digits/100")
THOUSAND = Word("mil", "digits/thousand")
MILLIONS = (
    (10**12, Word("billón", "digits/billion"), Word("billones", "digits/billions")),
    (10**6, Word("millón", "digits/million"), Word("millones", "digits/millions")),
)
HALF = Word("media", "digits/half")
QUARTER = Word("cuarto", "digits/quarter")
THE = (Word("las", "digits/las"), Word("la", "digits/la"))
OF_DAY = {
    text: Word(text, f"digits/{text.replace(' ', '-')}")
    for text in ("de la madrugada", "de la mañana", "del mediodía", "de la tarde", "de la noche")
}


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
    letters = "Ñ"
    genders = ("masculine", "feminine")
    key_words = KEY_WORDS
    text_words = TEXT_WORDS

    def number(self, value: Decimal, gender: str = "") -> Utterance:
        whole, places = whole_and_places(value, LARGEST)
        words = [MINUS] if value < 0 and (whole or places) else []
        text = ("-" if words else "") + str(whole)
        words += cardinal(whole, noun=gender == "masculine", feminine=gender == "feminine")
        if places:
            text += f",{places}"
            words += [COMMA, *(SMALL[int(digit)] for digit in places)]
        return Utterance(text, tuple(words))

    def digits(self, text: str, group: int = 0, style: str = "") -> Utterance:
        words: list[Word] = []
        for part in digit_groups(text, group, style):
            words += [PAUSE] if words else []
            words += [_digit(character) for character in part]
        return Utterance(text, tuple(words))

    def spell(self, text: str) -> Utterance:
        signs = [_sign(character) for character in text]
        if not signs:
            raise PromptError("there is nothing to spell in an empty text")
        # The comma keeps a voice from reading one letter into the next.
        words = [Word(f"{sign.text},", sign.sound) for sign in signs[:-1]] + signs[-1:]
        shown = (
            character.upper() if character.isalnum() else sign.text
            for character, sign in zip(text, signs, strict=True)
        )
        return Utterance(" ".join(shown), tuple(words))

    def money(self, value: Decimal, currency: str) -> Utterance:
        negative, major, minor, names = amount(value, currency, CURRENCIES, LARGEST)
        texts: list[str] = ["menos"] if negative else []
        words = [MINUS] if negative else []
        if major or not minor:
            _count(major, names.major, texts, words)
        if minor and names.minor:
            if major:
                texts.append("con")
                words.append(WITH)
            _count(minor, names.minor, texts, words)
        return Utterance(" ".join(texts), tuple(words))

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
        hour = value.hour % 12 or 12
        article = THE[1] if hour == 1 else THE[0]
        words = [article, *_hour(hour)]
        text = f"{article.text} {hour}"
        if value.minute:
            said = {15: [QUARTER], 30: [HALF]}.get(value.minute) or cardinal(value.minute)
            words += [AND, *said]
            text += f":{value.minute:02}"
        part = OF_DAY[_part_of_day(value.hour)]
        return Utterance(f"{text} {part.text}", (*words, part))

    def ordinal(self, value: int, gender: str = "") -> Utterance:
        if value in ORDINALS:
            return Utterance(f"{value}.º", (ORDINALS[value],))
        if value < 100:
            tens, ones = divmod(value, 10)
            rest = [ORDINALS[ones]] if ones else []
            return Utterance(f"{value}.º", (TENTHS[tens * 10], *rest))
        return Utterance(f"número {value}", (NUMBER, *cardinal(value)))

    def duration(self, value: timedelta) -> Utterance:
        minus = MINUS if value.total_seconds() < 0 else None
        return listed(length(value, LENGTHS), minus, AND, _count)

    def moment(
        self, value: datetime, style: str = "full", away: int | None = None, clock: int = 0
    ) -> Utterance:
        day, at = self.date(value.date(), style, away), self.time(value.time(), clock)
        return Utterance(f"{day.text} a {at.text}", (*day.words, TO, *at.words))

    def press(self, keys: str) -> Utterance:
        names = [KEY_NAMES.get(key) or _sign(key) for key in keys]
        shown = [key if key.isalnum() else name.text for key, name in zip(keys, names, strict=True)]
        return Utterance(f", pulse {' '.join(shown)}.", (PAUSE, PRESS, *names, STOP))


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
        count, rest = divmod(number, 100)
        ending = "" if count == 1 else "as" if feminine else "os"
        sound = f"digits/{count}00" + ("F" if ending == "as" else "")
        word = Word(HUNDREDS.split()[count - 1] + ending, "digits/ciento" if count == 1 else sound)
        return [word, *(_below_thousand(rest, noun=noun, feminine=feminine) if rest else [])]
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


def _hour(hour: int) -> list[Word]:
    return [FEMININE[1]] if hour == 1 else cardinal(hour)


def _part_of_day(hour: int) -> str:
    if hour == 0 or hour >= 20:
        return "de la noche"
    if hour < 6:
        return "de la madrugada"
    if hour < 12:
        return "de la mañana"
    return "del mediodía" if hour == 12 else "de la tarde"


def _digit(character: str) -> Word:
    word = KEY_NAMES.get(character) or SIGNS.get(character)
    if word is None:
        raise PromptError(f"'{character}' is not a digit", hint="use spell for letters and signs")
    return word


def _sign(character: str) -> Word:
    """The name of one letter, digit or sign; of an accented letter that of its base."""
    known = KEY_NAMES.get(character) or SIGNS.get(character) or LETTERS.get(character.upper())
    if known:
        return known
    base = unicodedata.normalize("NFKD", character)[0].upper()
    return LETTERS.get(base) or KEY_NAMES.get(base) or Word(character)
