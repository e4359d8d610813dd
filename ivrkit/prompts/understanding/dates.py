"""Dates: months, days, weekdays and years as the say rules name them, in the orders in which
callers do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from ivrkit.prompts.heard_words import HeardWords
from ivrkit.prompts.language import Language
from ivrkit.prompts.understanding.numbers import Numbers
from ivrkit.prompts.understanding.sentence import Ends, Spelling, Table
from ivrkit.prompts.words import Word

_ORDERS: Final = ("wdmy", "wmdy", "ymdw", "mdwy", "dmwy", "d")
"""weekday, day, month, year: each may be left out but day and month, or what stands alone."""
_LEAP: Final = 2024
_WEEK: Final = 7
_YEARS: Final = range(1800, 2200)
"""The years whose form is asked of the rules; further ones are numbers."""
_FURTHER: Final = range(1000, 3000)
_YEAR: Final = 4
"""Digits of a year."""
_NEEDED: Final = frozenset({"d", "m"})


@dataclass(frozen=True, slots=True)
class _Said:
    """What of a date was said."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    away: int | None = None

    @property
    def bare(self) -> bool:
        """Whether it is a day of the month only, which can mean much else."""
        return self.month is None and self.weekday is None and self.away is None


class Dates:
    """The dates of one language.

    Of a date without a year the next one is meant, today included; of a weekday the next one
    behind today; of a day without a month the next day of that number, today included.
    """

    def __init__(
        self, rules: Language, heard: HeardWords, spelling: Spelling, numbers: Numbers
    ) -> None:
        self._rules = rules
        self._spelling = spelling
        self._numbers = numbers
        self._weekdays = self._learn_weekdays()
        self._months, days = self._learn_months()
        self._days = Table(self._learn_days(heard, days))
        self._years = self._learn_years()
        self._away = self._learn_near(heard)

    def dates(self, run: str, begin: int, today: date) -> Ends[tuple[date | None, bool]]:
        """Each date that begins there; a mere number of a day is a bare one. A day that there is
        not (February 30th) has no value."""
        for end, said in self._said(run, begin):
            yield end, (_meant(said, today), said.bare)

    def _said(self, run: str, begin: int) -> Ends[_Said]:
        for end, away in self._away.at(run, begin):
            yield end, _Said(away=away)
        for end, weekday in self._weekdays.at(run, begin):
            yield end, _Said(weekday=weekday)
        for order in _ORDERS:
            yield from self._ordered(run, begin, order, _Said())

    def _ordered(self, run: str, begin: int, order: str, said: _Said) -> Ends[_Said]:
        if not order:
            yield begin, said
            return
        part, rest = order[0], order[1:]
        for end, more in self._part(run, begin, part, said):
            yield from self._ordered(run, end, rest, more)
        if part not in _NEEDED:
            yield from self._ordered(run, begin, rest, said)

    def _part(self, run: str, begin: int, part: str, said: _Said) -> Iterator[tuple[int, _Said]]:
        if part == "w":
            yield from ((end, replace(said, weekday=w)) for end, w in self._weekdays.at(run, begin))
        elif part == "m":
            yield from ((end, replace(said, month=m)) for end, m in self._months.at(run, begin))
        elif part == "d":
            yield from ((end, replace(said, day=d)) for end, d in self._days.at(run, begin))
        else:
            yield from ((end, replace(said, year=y)) for end, y in self._year(run, begin))

    def _year(self, run: str, begin: int) -> Ends[int]:
        yield from self._years.at(run, begin)
        for end, number in self._numbers.whole(run, begin):
            if number in _FURTHER:
                yield end, number
        for end, digits in self._numbers.string(run, begin):
            if len(digits) == _YEAR and int(digits) in _FURTHER:
                yield end, int(digits)
            if len(digits) >= _YEAR:
                return  # who says digits for a minute says no year

    # ---- what the rules tell ------------------------------------------------------------------

    def _learn_weekdays(self) -> Table[int]:
        found = {}
        for number in range(1, 8):
            day = date(_LEAP, 1, number)  # a Monday
            said = self._rules.date(day, "weekday")
            found[self._spelling.said(said)] = day.isoweekday()
        return Table(found)

    def _learn_months(self) -> tuple[Table[int], dict[str, int]]:
        """Months by their names, and days by what is said of them beside a month."""
        months: dict[str, int] = {}
        words = {
            (month, day): self._rules.date(date(_LEAP, month, day), "short").words
            for month in range(1, 13)
            for day in range(1, 32)
            if _is_day(_LEAP, month, day)
        }
        days: dict[str, int] = {}
        common = [{word.text for word in said} for said in words.values()]
        everywhere = set.intersection(*common)  # 日, "de"
        for month in range(1, 13):
            of_month = [said for (number, _), said in words.items() if number == month]
            own = set.intersection(*({word.text for word in said} for said in of_month))
            name = [word for word in of_month[0] if word.text in own - everywhere]
            months[self._run(name)] = month
            for (number, day), said in words.items():
                if number == month:
                    rest = [word for word in said if word.text not in own - everywhere]
                    days.setdefault(self._run(rest), day)
        return Table(months), days

    def _learn_days(self, heard: HeardWords, days: dict[str, int]) -> dict[str, int]:
        found = dict(days)
        for day in range(1, 32):
            said = [self._rules.ordinal(day, each) for each in ("", *self._rules.genders)]
            ordinals = [self._rules.speech(each.words) for each in said]
            ordinals += [
                each.removesuffix(ending) + other
                for each in ordinals
                for ending, others in heard.endings.items()
                if each.endswith(ending)
                for other in others
            ]
            runs = list(self._spelling.runs(ordinals))
            for pattern in heard.days:
                runs += [
                    self._spelling.run(pattern.replace("{day}", form))
                    for form in self._numbers.forms(day)
                ]
            for run in runs:
                found.setdefault(run, day)
        return found

    def _learn_years(self) -> Table[int]:
        found: dict[str, int] = {}
        for year in _YEARS:
            first = date(year, 1, 1)
            full = list(self._rules.date(first, "full").words)
            for style in ("weekday", "short"):
                full = _without(full, self._rules.date(first, style).words)
            found.setdefault(self._run(full), year)
        return Table(found)

    def _learn_near(self, heard: HeardWords) -> Table[int]:
        near = {self._run([word]): away for away, word in self._rules.near_days.items()}
        return Table(near | {self._spelling.run(text): n for text, n in heard.near_days.items()})

    def _run(self, words: Sequence[Word]) -> str:
        return self._spelling.run(self._rules.speech(words))


def _meant(said: _Said, today: date) -> date | None:
    """The day that is meant; None where there is no such day."""
    if said.away is not None:
        return today + timedelta(days=said.away)
    if said.day is None:
        assert said.weekday is not None
        return today + timedelta(days=(said.weekday - today.isoweekday() - 1) % _WEEK + 1)
    if said.year is not None and said.month is not None:
        is_day = _is_day(said.year, said.month, said.day)
        return date(said.year, said.month, said.day) if is_day else None
    return _next(said.month, said.day, today)


def _next(month: int | None, day: int, today: date) -> date | None:
    """The next such day, today included."""
    for ahead in range(12 * 9):  # from one leap day to the next but one at most
        years, number = divmod(today.month - 1 + ahead, 12)
        year = today.year + years
        if month in (None, number + 1) and _is_day(year, number + 1, day):
            found = date(year, number + 1, day)
            if found >= today:
                return found
    return None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _without(words: list[Word], part: Sequence[Word]) -> list[Word]:
    """Words without a part of them, and without what is no word but a pause."""
    rest = [word for word in words if not word.pause]
    left = [word for word in part if not word.pause]
    for begin in range(len(rest) - len(left) + 1):
        if rest[begin : begin + len(left)] == left:
            return rest[:begin] + rest[begin + len(left) :]
    return rest
