"""Functions of the calendar: beginnings and ends, working days, weeks, whole months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from ivrkit.errors import ExpressionError
from ivrkit.expressions.comparison import equal
from ivrkit.expressions.functions.bounds import whole
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import Run

_DAY: Final = timedelta(days=1)
_MOST_WORKDAYS: Final = 2_000
_UNITS: Final = ("hour", "day", "week", "month", "quarter", "year")


@function("add_days(date: date|datetime, days: number) -> same")
def add_days(value: date, days: Decimal) -> date:
    """The same time of day so many days later, also over a change of summer time.

    Example: ``add_days(date('2026-02-27'), 2)`` is ``date('2026-03-01')``.
    """
    return value + timedelta(days=whole(days, -4_000_000, 4_000_000))


@function("add_workdays(date: date, days: number, holidays: items?) -> date", with_run=True)
def add_workdays(run: Run, value: date, days: Decimal, holidays: list[Any] | None) -> date:
    """The date so many working days later: Saturdays, Sundays and the dates of a list do not count.

    Example: ``add_workdays(date('2026-03-06'), 1)`` is ``date('2026-03-09')``.
    Example: ``add_workdays(date('2026-03-06'), 1, ['2026-03-09'])`` is ``date('2026-03-10')``.
    """
    left = whole(days, -_MOST_WORKDAYS, _MOST_WORKDAYS)
    step = _DAY if left >= 0 else -_DAY
    while left:
        value += step
        run.charge(1 + len(holidays or ()))
        if value.isoweekday() < 6 and not any(equal(each, value, run) for each in holidays or ()):
            left -= 1 if left > 0 else -1
    return value


@function("next_weekday(date: date|datetime, weekday: number) -> same")
def next_weekday(value: date, weekday: Decimal) -> date:
    """The first day after a date that is this day of the week, 1 for Monday to 7 for Sunday.

    Example: ``next_weekday(date('2026-03-02'), 5)`` is ``date('2026-03-06')``.
    """
    ahead = (whole(weekday, 1, 7) - value.isoweekday() - 1) % 7 + 1
    return value + timedelta(days=ahead)


@function("is_weekend(date: date|datetime) -> flag")
def is_weekend(value: date) -> bool:
    """Whether a date is a Saturday or Sunday.

    Example: ``is_weekend(date('2026-03-01'))`` is ``true``.
    """
    return value.isoweekday() > 5


@function("start_of(value: date|datetime, unit: text) -> same")
def start_of(value: date, unit: str) -> date:
    """The beginning of the hour, day, week (Monday), month, quarter or year that a date is in.

    Example: ``start_of(date('2026-03-05'), 'week')`` is ``date('2026-03-02')``.
    Example: ``start_of(datetime('2026-03-05T10:30:00'), 'day')`` is ``datetime('2026-03-05')``.
    """
    if isinstance(value, datetime):
        begin = value.replace(minute=0, second=0, microsecond=0, fold=0)
        if unit == "hour":
            return begin.replace(fold=value.fold)
        return datetime.combine(_first(value.date(), unit), time(), value.tzinfo)
    return _first(value, unit)


@function("end_of(date: date|datetime, unit: text) -> date")
def end_of(value: date, unit: str) -> date:
    """The last day of the week, month, quarter or year that a date is in.

    Example: ``end_of(date('2024-02-10'), 'month')`` is ``date('2024-02-29')``.
    """
    first = _first(value.date() if isinstance(value, datetime) else value, unit)
    if unit in ("day", "week"):
        return first + (7 * _DAY if unit == "week" else _DAY) - _DAY
    month = first.month + {"month": 0, "quarter": 2, "year": 11}[unit]
    return first.replace(month=month, day=monthrange(first.year, month)[1])


def _first(day: date, unit: str) -> date:
    """The first day of what a day is in."""
    match unit:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)
        case "year":
            return day.replace(day=1, month=1)
    if unit == "hour":
        raise ExpressionError("a date has no hours", hint="write datetime(…)")
    raise ExpressionError("there is no such unit", hint=f"one of {', '.join(_UNITS)}")


@function("month_length(date: date|datetime) -> number")
def month_length(value: date) -> Decimal:
    """How many days the month of a date has.

    Example: ``month_length(date('2024-02-01'))`` is ``29``.
    """
    return Decimal(monthrange(value.year, value.month)[1])


@function("months_between(from: date, to: date) -> number")
def months_between(first: date, last: date) -> Decimal:
    """The whole months from one date to another; below zero if the other is earlier.

    Example: ``months_between(date('2026-01-15'), date('2026-03-14'))`` is ``1``.
    """
    sign = 1 if first <= last else -1
    early, late = sorted((first, last))
    months = (late.year - early.year) * 12 + late.month - early.month
    return Decimal(sign * (months - (late.day < early.day)))


@function("week(date: date|datetime) -> number")
def week(value: date) -> Decimal:
    """The number of the week, from 1 to 53 (ISO 8601).

    Example: ``week(date('2026-01-01'))`` is ``1``.
    """
    return Decimal(value.isocalendar().week)


@function("quarter(date: date|datetime) -> number")
def quarter(value: date) -> Decimal:
    """The quarter of a date, from 1 to 4.

    Example: ``quarter(date('2026-05-01'))`` is ``2``.
    """
    return Decimal((value.month - 1) // 3 + 1)


@function("yearday(date: date|datetime) -> number")
def yearday(value: date) -> Decimal:
    """The day of a date in its year, from 1 to 366.

    Example: ``yearday(date('2026-02-01'))`` is ``32``.
    """
    return Decimal(value.timetuple().tm_yday)
