"""Dates and times as texts of other forms than ISO 8601: written, and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from ivrkit.errors import ExpressionError
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import Run, fits

_DATE_PARTS: Final[dict[str, Callable[[Any], str]]] = {
    "YYYY": lambda moment: f"{moment.year:04}",
    "YY": lambda moment: f"{moment.year % 100:02}",
    "MM": lambda moment: f"{moment.month:02}",
    "DD": lambda moment: f"{moment.day:02}",
    "M": lambda moment: str(moment.month),
    "D": lambda moment: str(moment.day),
    "HH": lambda moment: f"{moment.hour:02}",
    "H": lambda moment: str(moment.hour),
    "mm": lambda moment: f"{moment.minute:02}",
    "ss": lambda moment: f"{moment.second:02}",
}
_DATE_PART: Final = re.compile("|".join(_DATE_PARTS))
_NAMES: Final = {"Y": "year", "M": "month", "D": "day", "H": "hour", "m": "minute", "s": "second"}
_DURATION_PART: Final = re.compile("D|HH|H|mm|m|ss|s")
_UNITS: Final = {"D": 86_400, "H": 3600, "m": 60, "s": 1}
_MOST_FORM: Final = 100


@function("format_date(value: date|datetime|time, form: text) -> text")
def format_date(value: date | datetime | time, form: str) -> str:
    """A date or time in a form made of ``YYYY YY MM M DD D HH H mm ss`` and what stands between.

    Example: ``format_date(date('2026-03-02'), 'D.M.YYYY')`` is ``'2.3.2026'``.
    """
    fits(2 * len(form))
    try:
        return _DATE_PART.sub(lambda found: _DATE_PARTS[found[0]](value), form)
    except AttributeError:
        raise ExpressionError("the form asks for a part that the value does not have") from None


@function("parse_date(text: text, form: text) -> date")
def parse_date(text: str, form: str) -> date:
    """Reads a date in the form that ``format_date`` writes; ``YY`` is a year from 1969 to 2068.

    Example: ``parse_date('02.03.2026', 'DD.MM.YYYY')`` is ``date('2026-03-02')``.
    Example: ``parse_date('311299', 'DDMMYY')`` is ``date('1999-12-31')``.
    """
    parts = _read(text, form, {"year", "month", "day"})
    return date(**parts)


@function("parse_time(text: text, form: text) -> time")
def parse_time(text: str, form: str) -> time:
    """Reads a time of day in the form that ``format_date`` writes.

    Example: ``parse_time('0930', 'HHmm')`` is ``time('09:30')``.
    """
    parts = _read(text, form, {"hour"})
    return time(parts["hour"], parts.get("minute", 0), parts.get("second", 0))


@function("parse_datetime(text: text, form: text) -> datetime", with_run=True)
def parse_datetime(run: Run, text: str, form: str) -> datetime:
    """Reads a date and time in the form that ``format_date`` writes, on the clock of the call.

    Example: ``parse_datetime('2.3.26 9:05', 'D.M.YY H:mm')`` is ``datetime('2026-03-02T09:05')``.
    """
    parts = _read(text, form, {"year", "month", "day", "hour"})
    return datetime(**parts).replace(tzinfo=run.scope.now().tzinfo)


def _read(text: str, form: str, needed: set[str]) -> dict[str, Any]:
    """The parts of a text by their names. Its own text is never repeated: it may be a secret."""
    found = _pattern(form).fullmatch(text.strip())
    if found is None:
        raise ExpressionError("the text does not have this form")
    parts: dict[str, Any] = {name: int(digits) for name, digits in found.groupdict().items()}
    if "short" in parts:
        short = parts.pop("short")
        parts["year"] = short + (1900 if short > 68 else 2000)
    allowed = needed | ({"minute", "second"} if "hour" in needed else set())
    if needed - parts.keys() or parts.keys() - allowed:
        raise ExpressionError(f"the form must have {', '.join(sorted(allowed))} alone")
    try:
        datetime(**({"year": 2000, "month": 1, "day": 1} | parts))
    except ValueError:
        raise ExpressionError("there is no such day or hour") from None
    return parts


@lru_cache(maxsize=256)
def _pattern(form: str) -> re.Pattern[str]:
    """A form as a pattern: groups of digits and fixed texts, without repeats that could go astray.

    Raises:
        ExpressionError: it is too long, or a part stands in it twice.
    """
    if len(form) > _MOST_FORM:
        raise ExpressionError(f"a form may have {_MOST_FORM} characters at most")
    pattern, at, names = "", 0, set()
    for part in _DATE_PART.finditer(form):
        name = "short" if part[0] == "YY" else _NAMES[part[0][0]]
        if name in names:
            raise ExpressionError("a part stands twice in the form")
        names.add(name)
        many = f"{{{len(part[0])}}}" if len(part[0]) > 1 else "{1,2}"
        pattern += re.escape(form[at : part.start()]) + f"(?P<{name}>[0-9]{many})"
        at = part.end()
    return re.compile(pattern + re.escape(form[at:]))


@function("format_duration(duration: duration, form: text) -> text")
def format_duration(value: timedelta, form: str) -> str:
    """A duration in a form made of ``D H HH m mm s ss``: days, hours, minutes and seconds.

    The largest unit that stands in the form is not cut off.

    Example: ``format_duration(minutes(125), 'H:mm')`` is ``'2:05'``.
    Example: ``format_duration(minutes(125), 'm:ss')`` is ``'125:00'``.
    """
    fits(20 * len(form))
    left, parts = abs(value) // timedelta(seconds=1), {}
    asked = {each[0] for each in _DURATION_PART.findall(form)}
    for letter, size in _UNITS.items():
        if letter in asked:
            parts[letter], left = divmod(left, size)
    text = _DURATION_PART.sub(lambda found: f"{parts[found[0][0]]:0{len(found[0])}}", form)
    return f"-{text}" if value < timedelta() else text
