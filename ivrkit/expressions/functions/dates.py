"""Functions of dates, times of day and durations: made, and taken apart."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from ivrkit.errors import ExpressionError
from ivrkit.expressions.arithmetic import arithmetic, midnight
from ivrkit.expressions.functions.bounds import whole
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import Run
from ivrkit.expressions.typed_text import read_date, read_datetime, read_duration, read_time


@function("date(value: date|datetime|text) -> date")
def date_(value: date | datetime | str) -> date:
    """Reads a text as a date, or takes the date of a datetime.

    Example: ``date('2026-03-02')`` is ``date(datetime('2026-03-02T10:30:00'))``.
    """
    if isinstance(value, str):
        return read_date(value)
    return value.date() if isinstance(value, datetime) else value


@function("time(value: time|datetime|text) -> time")
def time_(value: time | datetime | str) -> time:
    """Reads a text as a time of day, or takes it from a datetime.

    Example: ``time('10:30')`` is ``time(datetime('2026-03-02T10:30:00'))``.
    """
    if isinstance(value, str):
        return read_time(value)
    return value.time() if isinstance(value, datetime) else value


@function("datetime(value: datetime|date|text, at: time?) -> datetime", with_run=True)
def datetime_(run: Run, value: datetime | date | str, at: time | None) -> datetime:
    """Reads a text as a date and time, or puts a date and a time of day together.

    Without a zone of its own it has the zone of the call.

    Example: ``datetime(date('2026-03-02'), time('10:30'))`` is ``datetime('2026-03-02T10:30:00')``.
    """
    if isinstance(value, str):
        value = read_datetime(value)
    elif not isinstance(value, datetime):
        value = midnight(value)
    if at is not None:
        value = datetime.combine(value.date(), at, value.tzinfo)
    return value if value.tzinfo else value.replace(tzinfo=run.scope.now().tzinfo)


@function("make_date(year: number, month: number, day: number) -> date")
def make_date(years: Decimal, months: Decimal, days_: Decimal) -> date:
    """The date of a year, a month and a day.

    Example: ``make_date(2026, 3, 2)`` is ``date('2026-03-02')``.
    """
    try:
        return date(whole(years, 1, 9999), whole(months, 1, 12), whole(days_, 1, 31))
    except ValueError:
        raise ExpressionError("there is no such day") from None


@function("make_time(hour: number, minute: number?, second: number?) -> time")
def make_time(hours_: Decimal, minutes_: Decimal | None, seconds_: Decimal | None) -> time:
    """The time of day of an hour, a minute and a second, which are 0 if not said.

    Example: ``make_time(9, 30)`` is ``time('09:30')``.
    """
    minute_, second_ = (whole(each or Decimal(0), 0, 59) for each in (minutes_, seconds_))
    return time(whole(hours_, 0, 23), minute_, second_)


@function("duration(value: duration|text) -> duration")
def duration(value: timedelta | str) -> timedelta:
    """Reads a text as a duration.

    Example: ``duration('90s')`` is ``minutes(1.5)``.
    """
    return read_duration(value) if isinstance(value, str) else value


def _of(number: Decimal, unit: timedelta) -> timedelta:
    result = arithmetic("*", unit, number)
    assert isinstance(result, timedelta)
    return result


@function("seconds(number: number) -> duration")
def seconds(number: Decimal) -> timedelta:
    """So many seconds.

    Example: ``seconds(90)`` is ``duration('90s')``.
    """
    return _of(number, timedelta(seconds=1))


@function("minutes(number: number) -> duration")
def minutes(number: Decimal) -> timedelta:
    """So many minutes.

    Example: ``minutes(2)`` is ``duration('2m')``.
    """
    return _of(number, timedelta(minutes=1))


@function("hours(number: number) -> duration")
def hours(number: Decimal) -> timedelta:
    """So many hours.

    Example: ``hours(1)`` is ``duration('1h')``.
    """
    return _of(number, timedelta(hours=1))


@function("days(number: number) -> duration")
def days(number: Decimal) -> timedelta:
    """So many days.

    Example: ``date('2026-03-02') + days(7)`` is ``date('2026-03-09')``.
    """
    return _of(number, timedelta(days=1))


@function("in_seconds(duration: duration) -> number")
def in_seconds(value: timedelta) -> Decimal:
    """A duration as a number of seconds.

    Example: ``in_seconds(duration('2m'))`` is ``120``.
    """
    return _in(value, timedelta(seconds=1))


@function("in_minutes(duration: duration) -> number")
def in_minutes(value: timedelta) -> Decimal:
    """A duration as a number of minutes.

    Example: ``in_minutes(duration('90s'))`` is ``1.5``.
    """
    return _in(value, timedelta(minutes=1))


@function("in_hours(duration: duration) -> number")
def in_hours(value: timedelta) -> Decimal:
    """A duration as a number of hours.

    Example: ``in_hours(duration('90m'))`` is ``1.5``.
    """
    return _in(value, timedelta(hours=1))


@function("in_days(duration: duration) -> number")
def in_days(value: timedelta) -> Decimal:
    """A duration as a number of days.

    Example: ``in_days(date('2026-03-09') - date('2026-03-02'))`` is ``7``.
    """
    return _in(value, timedelta(days=1))


def _in(value: timedelta, unit: timedelta) -> Decimal:
    result = arithmetic("/", value, unit)
    assert isinstance(result, Decimal)
    return result


@function("year(date: date|datetime) -> number")
def year(value: date) -> Decimal:
    """The year of a date.

    Example: ``year(date('2026-03-02'))`` is ``2026``.
    """
    return Decimal(value.year)


@function("month(date: date|datetime) -> number")
def month(value: date) -> Decimal:
    """The month of a date, from 1 to 12.

    Example: ``month(date('2026-03-02'))`` is ``3``.
    """
    return Decimal(value.month)


@function("day(date: date|datetime) -> number")
def day(value: date) -> Decimal:
    """The day of a date in its month, from 1 to 31.

    Example: ``day(date('2026-03-02'))`` is ``2``.
    """
    return Decimal(value.day)


@function("weekday(date: date|datetime) -> number")
def weekday(value: date) -> Decimal:
    """The day of the week, from 1 for Monday to 7 for Sunday (ISO 8601).

    Example: ``weekday(date('2026-03-02'))`` is ``1``.
    """
    return Decimal(value.isoweekday())


@function("hour(time: time|datetime) -> number")
def hour(value: time | datetime) -> Decimal:
    """The hour of a time of day, from 0 to 23.

    Example: ``hour(time('10:30'))`` is ``10``.
    """
    return Decimal(value.hour)


@function("minute(time: time|datetime) -> number")
def minute(value: time | datetime) -> Decimal:
    """The minute of a time of day, from 0 to 59.

    Example: ``minute(time('10:30'))`` is ``30``.
    """
    return Decimal(value.minute)


@function("second(time: time|datetime) -> number")
def second(value: time | datetime) -> Decimal:
    """The second of a time of day, from 0 to 59.

    Example: ``second(time('10:30:15'))`` is ``15``.
    """
    return Decimal(value.second)


@function("add_months(date: date|datetime, months: number) -> same")
def add_months(value: date, months: Decimal) -> date:
    """The same day so many months later; the last day of a month that is too short for it.

    Example: ``add_months(date('2026-01-31'), 1)`` is ``date('2026-02-28')``.
    """
    count = value.year * 12 + value.month - 1 + whole(months, -120_000, 120_000)
    new_year, new_month = divmod(count, 12)
    if not 1 <= new_year <= 9999:
        raise ExpressionError("the result is out of range")
    length = monthrange(new_year, new_month + 1)[1]
    return value.replace(year=new_year, month=new_month + 1, day=min(value.day, length))


@function("age(birthday: date, at: date?) -> number", with_run=True)
def age(run: Run, birthday: date, at: date | None) -> Decimal:
    """The whole years from a birthday to a day, to today if not said.

    Example: ``age(date('2000-03-03'), date('2026-03-02'))`` is ``25``.
    """
    then = run.scope.now().date() if at is None else at
    before = (then.month, then.day) < (birthday.month, birthday.day)
    return Decimal(then.year - birthday.year - before)
