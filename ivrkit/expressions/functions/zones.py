"""Functions of time zones and of moments. Zones are those of the IANA data base."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from ivrkit.errors import ExpressionError
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import Run

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@function("in_zone(datetime: datetime, zone: text) -> datetime", with_run=True)
def in_zone(run: Run, value: datetime, zone: str) -> datetime:
    """The same moment on the clock of another time zone.

    Example: ``hour(in_zone(datetime('2026-03-02T10:30:00Z'), 'Europe/Berlin'))`` is ``11``.
    """
    return _placed(run, value).astimezone(_zone(zone))


@function("at_zone(datetime: datetime, zone: text) -> datetime")
def at_zone(value: datetime, zone: str) -> datetime:
    """What the clock of a zone shows: date and time of day stay, the zone is put to them.

    Example: ``at_zone(datetime('2026-07-01'), 'UTC')`` is ``datetime('2026-07-01T00:00Z')``.
    """
    return value.replace(tzinfo=_zone(zone))


@function("zone_offset(datetime: datetime) -> duration", with_run=True)
def zone_offset(run: Run, value: datetime) -> timedelta:
    """How far the clock of a datetime is ahead of UTC.

    Example: ``zone_offset(datetime('2026-03-02T10:30:00+01:00'))`` is ``hours(1)``.
    """
    return _placed(run, value).utcoffset() or timedelta()


@function("timestamp(datetime: datetime) -> number", with_run=True)
def timestamp(run: Run, value: datetime) -> Decimal:
    """The seconds from the beginning of 1970 (UTC) to a moment, as computers count them.

    Example: ``timestamp(datetime('1970-01-02T00:00:00Z'))`` is ``86400``.
    """
    return Decimal((_placed(run, value) - _EPOCH) // _MICROSECOND) / 1_000_000


@function("from_timestamp(seconds: number) -> datetime", with_run=True)
def from_timestamp(run: Run, seconds: Decimal) -> datetime:
    """The moment so many seconds after the beginning of 1970 (UTC), on the clock of the call.

    Example: ``from_timestamp(86400)`` is ``datetime('1970-01-02T00:00:00Z')``.
    """
    if abs(seconds) > 10**12:
        raise ExpressionError("the result is out of range", hint="it counts seconds, not less")
    microseconds = int((seconds * 1_000_000).to_integral_value())
    return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(run.scope.now().tzinfo)


def _placed(run: Run, value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=run.scope.now().tzinfo)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ExpressionError("there is no such time zone", hint="write Europe/Berlin") from None
