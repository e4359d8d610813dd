"""What Mandarin and Cantonese have in common: numbers in groups of four digits, the year digit by
digit, the larger unit before the smaller one, no spaces. Each has its own words and habits.

A two is 两 at the front of an amount and before a unit, 二 within a number: 两千二百二十二, as the
grammars of Lü Shuxiang and of the Hanban standard have it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import ClassVar, TypeAlias

from ivrkit.errors import PromptError
from ivrkit.prompts.amounts import Currency, Unit, amount, length, whole_and_places
from ivrkit.prompts.language import Language
from ivrkit.prompts.languages.chinese_words import PAUSE, STOP, Coins
from ivrkit.prompts.words import Utterance, Word, digit_groups

LARGEST = 10**18 - 1
SCALES = ((10**16, ("yi", "yi")), (10**8, ("yi",)), (10**4, ("wan",)))
"""10**12 is 万亿 and never 兆, which is a million to a technician on the mainland; 10**16, 亿亿."""
TimeOfDay: TypeAlias = time
_DIGIT = 10
"""Below it a count is one digit, and takes a zero behind a larger unit (五元零三分)."""


class Chinese(Language):
    """The rules of both languages; the class variables are what each has of its own.

    ``words`` are by the name of their sound, without its folder. ``pair_from`` is the smallest
    scale that takes 两 for two. ``day_parts`` are hours, and the word from that hour on.
    ``zero_hour`` tells whether midnight is an hour zero. ``phone`` matches a telephone number and
    has a group for each part that is said together; ``phone_one`` is its 1.
    """

    space = ""
    stop = STOP

    words: ClassVar[Mapping[str, Word]]
    currencies: ClassVar[Mapping[str, Currency]]
    signs: ClassVar[Mapping[str, Word]]
    day_parts: ClassVar[Mapping[int, str]]
    pair_from: ClassVar[int]
    zero_hour: ClassVar[bool]
    phone: ClassVar[re.Pattern[str]]
    phone_one: ClassVar[str]

    def number(self, value: Decimal, gender: str = "") -> Utterance:
        whole, places = whole_and_places(value, LARGEST)
        words = [self.words["minus"]] if value < 0 and (whole or places) else []
        text = ("-" if words else "") + str(whole)
        words += self.cardinal(whole)
        if places:
            text += f".{places}"
            words += [self.words["point"], *(self.words[place] for place in places)]
        return Utterance(text, tuple(words))

    def digits(self, text: str, group: int = 0, style: str = "") -> Utterance:
        is_phone = style == "phone"
        known = self.phone.fullmatch(text) if is_phone and not group else None
        parts = [part for part in known.groups() if part] if known is not None else None
        words: list[Word] = []
        for index, part in enumerate(parts or digit_groups(text, group, style)):
            words += [PAUSE] if index else []
            words += (self._digit(character, is_phone) for character in part)
        return Utterance(text, tuple(words))

    def spell(self, text: str) -> Utterance:
        signs = [self._sign(character) for character in text]
        if not signs:
            raise PromptError("there is nothing to spell in an empty text")
        # The comma keeps a voice from reading several letters as one word.
        words = [Word(f"{sign.text}{PAUSE.text}", sign.sound) for sign in signs[:-1]] + signs[-1:]
        shown = (
            character if character.isdecimal() else sign.text
            for character, sign in zip(text, signs, strict=True)
        )
        return Utterance(" ".join(shown), tuple(words))

    def money(self, value: Decimal, currency: str) -> Utterance:
        negative, major, minor, names = amount(value, currency, self.currencies, LARGEST)
        before = names.before if isinstance(names, Coins) else None
        words = [self.words["minus"]] if negative else []
        words += [before] if before is not None else []
        text = "".join(word.text for word in words)
        for count, unit, skipped in _coins(major, minor, names):
            word = unit.of("other")
            words += [self.words["0"]] if skipped else []
            is_within = isinstance(names, Coins) and unit is not names.major and major
            words += [*(self.cardinal(count) if is_within else self.counted(count)), word]
            text += f"{count}{word.text}"
        return Utterance(text, tuple(words))

    def date(self, value: date, style: str = "full", away: int | None = None) -> Utterance:
        if near := self.near_day(style, away):
            return near
        weekday = self.words[f"day-{value.isoweekday() % 7}"]
        if style == "weekday":
            return Utterance(weekday.text, (weekday,))
        month, last = self.words[f"mon-{value.month - 1}"], self.words["day"]
        text = f"{value.month}{self.words['month'].text}{value.day}{last.text}"
        words = (month, *self.cardinal(value.day), last)
        if style == "short":
            return Utterance(text, words)
        year = self.words["year"]
        digits = (self.words[digit] for digit in str(value.year))
        return Utterance(
            f"{value.year}{year.text}{text}{weekday.text}",
            (*digits, year, *words, PAUSE, weekday),
        )

    def time(self, value: TimeOfDay, clock: int = 0) -> Utterance:
        if clock == 24:
            return Utterance(f"{value:%H:%M}", self._on_24_hours(value))
        part = self._part_of_day(value)
        hour = 0 if self.zero_hour and not value.hour else value.hour % 12 or 12
        words = [
            part,
            *self.counted(hour),
            self.words["oclock"],
            *self._minutes(hour, value.minute),
        ]
        return Utterance(f"{part.text}{hour}:{value.minute:02}", tuple(words))

    def ordinal(self, value: int, gender: str = "") -> Utterance:
        if value > LARGEST:
            raise PromptError(f"an ordinal beyond {LARGEST} cannot be said")
        first = self.words["di"]
        return Utterance(f"{first.text}{value}", (first, *self.cardinal(value)))

    def duration(self, value: timedelta) -> Utterance:
        days, hours, minutes, seconds = (Unit({"other": self.words[name]}) for name in _LENGTHS)
        names = (days, hours, minutes, seconds)
        counts = length(value, names)
        words = [self.words["minus"]] if value.total_seconds() < 0 else []
        text = "".join(word.text for word in words)
        expected = 0
        for count, unit in counts:
            place = names.index(unit)
            small = place > 1 and count < _DIGIT
            word = unit.of("other")
            if unit is minutes and counts[-1][1] is seconds:
                word = self.words["minute"]  # 两分零五秒, but 两分钟
            if expected and (place > expected or small):
                words.append(self.words["0"])
            words += [*self.counted(count), word]
            text += f"{count}{word.text}"
            expected = place + 1
        return Utterance(text, tuple(words))

    def moment(
        self, value: datetime, style: str = "full", away: int | None = None, clock: int = 0
    ) -> Utterance:
        day, at = self.date(value.date(), style, away), self.time(value.time(), clock)
        bare = at.text[0].isdecimal()
        # 星期一上午十点半, but 星期一，十四点: one number must not run into the other.
        after_weekday = day.words[-1].sound.startswith("digits/day-")
        pause = (PAUSE,) if PAUSE in day.words or (bare and after_weekday) else ()
        gap = " " if bare else ""
        return Utterance(f"{day.text}{gap}{at.text}", (*day.words, *pause, *at.words))

    def press(self, keys: str) -> Utterance:
        names = [self._sign(key) for key in keys]
        shown = [key if key.isalnum() else name.text for key, name in zip(keys, names, strict=True)]
        # 井号键, but 一: a lone sign is called a key.
        last = [self.words["jian"]] if keys in "*#" else []
        press = self.words["press"]
        text = "".join([PAUSE.text, press.text, *shown, *(word.text for word in last), STOP.text])
        return Utterance(text, (PAUSE, press, *names, *last, STOP))

    def cardinal(self, number: int) -> list[Word]:
        """The words of a whole number from zero to LARGEST, standing by itself."""
        return self._scaled(number, SCALES, True) or [self.words["0"]]

    def counted(self, number: int) -> list[Word]:
        """The words of a whole number before what it counts: two is 两."""
        return [self.words["liang"]] if number == 2 else self.cardinal(number)

    def _scaled(
        self, number: int, scales: tuple[tuple[int, tuple[str, ...]], ...], first: bool
    ) -> list[Word]:
        """A number by its scales; ``first``: nothing stands before it. A place that is skipped
        is a zero, whatever it skips."""
        if not scales:
            return self._below_10000(number, first)
        size, names = scales[0]
        count, rest = divmod(number, size)
        if not count:
            return self._scaled(rest, scales[1:], first)
        words = [self.words["liang"]] if count == 2 else self._scaled(count, scales[1:], first)
        words += (self.words[name] for name in names)
        if rest:
            words += [self.words["0"]] if rest < size // 10 else []
            words += self._scaled(rest, scales[1:], False)
        return words

    def _below_10000(self, number: int, first: bool) -> list[Word]:
        words: list[Word] = []
        skipped = False
        for size in (1000, 100, 10, 1):
            digit = number // size % 10
            if digit:
                words += [self.words["0"]] if skipped else []
                words += self._placed(digit, size, first and not words)
            skipped = bool(words) and not digit
        return words

    def _placed(self, digit: int, size: int, first: bool) -> Iterable[Word]:
        """A digit at its place: 两千, 二百, 二十, 二; ten is 十 at the front, else 一十."""
        if size == 1:
            return (self.words[str(digit)],)
        if size == 10:
            ten = self.words[f"{digit}0"]
            return (ten,) if digit > 1 or first else (self.words["1"], ten)
        is_pair = digit == 2 and first and size >= self.pair_from
        scale = self.words["thousand" if size == 1000 else "hundred"]
        return (self.words["liang" if is_pair else str(digit)], scale)

    def _part_of_day(self, value: TimeOfDay) -> Word:
        if not value.hour and not value.minute:
            return self.words["midnight"]
        name = next(name for hour, name in self.day_parts.items() if value.hour >= hour)
        return self.words[name]

    def _minutes(self, hour: int, minutes: int) -> list[Word]:
        if minutes == 30 and hour:  # 零点三十分, but 十点半
            return [self.words["half"]]
        if not minutes:
            return []
        early = [self.words["0"]] if minutes < _DIGIT else []
        return [*early, *self.cardinal(minutes), self.words["minute"]]

    def _on_24_hours(self, value: TimeOfDay) -> tuple[Word, ...]:
        early = [self.words["0"]] if 0 < value.minute < _DIGIT else []
        minutes = [*early, *self.cardinal(value.minute), self.words["minute"]]
        exactly = minutes if value.minute else [self.words["sharp"]]
        return (*self.counted(value.hour), self.words["oclock"], *exactly)

    def _digit(self, character: str, is_phone: bool) -> Word:
        if is_phone and character == "1":
            return self.words[self.phone_one]
        known = self.words if "0" <= character <= "9" else self.signs
        word = known.get(character)
        if word is None:
            raise PromptError(
                f"'{character}' is not a digit", hint="use spell for letters and signs"
            )
        return word

    def _sign(self, character: str) -> Word:
        """The name of one letter, digit or sign; of an accented letter that of its base."""
        if "0" <= character <= "9":
            return self.words[character]
        if character in self.signs:
            return self.signs[character]
        base = unicodedata.normalize("NFKD", character)[0].upper()
        if "A" <= base <= "Z":
            return Word(base, f"letters/{base.lower()}")
        return self.words[base] if "0" <= base <= "9" else Word(character)


_LENGTHS = ("tian", "hours", "minutes", "second")
"""The units of a duration, from the largest."""


def _coins(major: int, minor: int, names: Currency) -> list[tuple[int, Unit, bool]]:
    """The counts of an amount that are said, and whether a zero stands before each: where the
    tenths are skipped (五元零三分)."""
    said = [(major, names.major, False)] if major or not minor else []
    if not minor or names.minor is None:
        return said
    tenth = names.tenth if isinstance(names, Coins) else None
    if tenth is None:
        return [*said, (minor, names.minor, False)]
    tenths, rest = divmod(minor, 10)
    said += [(tenths, tenth, False)] if tenths else []
    said += [(rest, names.minor, bool(major) and not tenths)] if rest else []
    return said
