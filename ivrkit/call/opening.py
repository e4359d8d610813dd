"""What a calendar means at a moment: open or not, why, and when that changes. Pure.

All times of a calendar are times on the wall of its zone. Where summer time leaves an hour out, an
opening or closing in that hour happens when the clock jumps; where an hour comes twice, what opens
in it opens the first time and what closes in it closes the second time: nobody finds a closed
door within the times that are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from ivrkit.call.calendars import (
    CalendarSettings,
    ExceptionSettings,
    Span,
    public_holidays,
    read_date,
    read_days,
)

HORIZON: Final = 400
"""Days that are looked ahead for an opening or a closing."""
_SECOND: Final = timedelta(seconds=1)


class Opening(NamedTuple):
    """How things stand at a moment.

    ``opens`` is the next opening from then on, ``closes`` when what is open then, or opens next,
    closes; in the calendar's zone, None where nothing is found within 400 days. ``reason`` is the
    name of the holiday or exception of the day. ``holiday``: it is closed because of one.
    """

    open: bool
    holiday: bool
    reason: str
    opens: datetime | None
    closes: datetime | None


class Day(NamedTuple):
    """A day's times, what it is called, and whether a holiday has taken its times away."""

    spans: tuple[Span, ...]
    reason: str = ""
    holiday: bool = False


class _Interval(NamedTuple):
    start: datetime
    end: datetime
    reason: str


class Calendar:
    """A calendar ready to be asked. Raises ValueError for years that no date can have."""

    def __init__(self, settings: CalendarSettings) -> None:
        self.zone = ZoneInfo(settings.zone)
        self._week: list[tuple[Span, ...]] = [()] * 7
        for days, spans in settings.week.items():
            for day in read_days(days):
                self._week[day] = spans
        dates = [each for each in settings.holidays if each.date is not None]
        self._dates = {read_date(each.date or ""): each.name for each in dates}
        self._countries = [each for each in settings.holidays if each.country is not None]
        self._exceptions = settings.exceptions
        self._public: dict[int, Mapping[date, str]] = {}

    def day(self, day: date) -> Day:
        """A day: exceptions come before holidays, these before the week."""
        for exception in self._exceptions:
            if _falls_in(day, exception):
                return Day(exception.open, exception.name)
        holiday = self._holiday(day)
        if holiday is not None:
            return Day((), holiday, holiday=True)
        return Day(self._week[day.weekday()])

    def at(self, moment: datetime) -> Opening:
        """How things stand at a moment; one without a zone is meant on the wall of this one."""
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        now = moment.astimezone(UTC)
        today = moment.astimezone(self.zone).date()
        current = next(
            (each for each in self._from(today, 1) if each.start <= now < each.end), None
        )
        if current is not None:
            closes = self._end_of(current)
            following = None if closes is None else self._next(closes)
            opens = None if following is None else self._local(following.start)
            return Opening(True, False, current.reason, opens, self._local(closes))
        day, following = self.day(today), self._next(now)
        opens = closes = None
        if following is not None:
            opens, closes = self._local(following.start), self._local(self._end_of(following))
        return Opening(False, day.holiday, day.reason, opens, closes)

    # ---- days ----------------------------------------------------------------------------------

    def _holiday(self, day: date) -> str | None:
        for key in ((day.year, day.month, day.day), (None, day.month, day.day)):
            if key in self._dates:
                return self._dates[key]
        if not self._countries:
            return None
        if day.year not in self._public:
            found: dict[date, str] = {}
            for each in reversed(self._countries):
                assert each.country is not None
                names = public_holidays(each.country, each.subdivision, each.language, day.year)
                found |= {when: each.name or name for when, name in names.items()}
            self._public[day.year] = found
        return self._public[day.year].get(day)

    # ---- instants ------------------------------------------------------------------------------

    def _from(self, day: date, days: int) -> Iterator[_Interval]:
        """What opens from the day before this one on; a span may reach over midnight."""
        for offset in range(-1, days):
            try:
                each = day + timedelta(days=offset)
                found = self.day(each)
                for span in sorted(found.spans):
                    start = self._instant(each, span[0], last=False)
                    end = self._instant(each, span[1], last=True)
                    if start < end:
                        yield _Interval(start, end, found.reason)
            except OverflowError:
                return

    def _next(self, moment: datetime) -> _Interval | None:
        """The first opening from a moment on that is not already under way."""
        for each in self._from(moment.astimezone(self.zone).date(), HORIZON):
            if each.start >= moment:
                return each
        return None

    def _end_of(self, interval: _Interval) -> datetime | None:
        """When it closes, through everything that follows without a gap."""
        end, limit = interval.end, interval.start + timedelta(days=HORIZON)
        for each in self._from(interval.start.astimezone(self.zone).date(), HORIZON + 2):
            if each.start > end:  # what follows begins later still
                break
            end = max(end, each.end)
            if end > limit:
                return None
        return end

    def _instant(self, day: date, minutes: int, *, last: bool) -> datetime:
        """The moment at which the clock on the wall shows a time; ``last``: the second time where
        it shows it twice."""
        wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
        local = wall.replace(tzinfo=self.zone, fold=int(last))
        instant = local.astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None) == wall:
            return instant
        # The clock never shows it: between the two readings it jumps, and that is the moment.
        early, late = sorted(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        before = early.astimezone(self.zone).utcoffset()
        while late - early > _SECOND:
            middle = early + (late - early) / 2
            if middle.astimezone(self.zone).utcoffset() == before:
                early = middle
            else:
                late = middle
        return late.replace(microsecond=0)

    def _local(self, moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(self.zone)


class Calendars:
    """The calendars of a site by their names: the port of ``hours``."""

    def __init__(self, calendars: Mapping[str, CalendarSettings] | None = None) -> None:
        self._calendars = {name: Calendar(each) for name, each in (calendars or {}).items()}

    def find(self, name: str) -> Calendar | None:
        """The calendar of a name."""
        return self._calendars.get(name)


def _falls_in(day: date, exception: ExceptionSettings) -> bool:
    if exception.date is not None:
        year, month, number = read_date(exception.date)
        return (month, number) == (day.month, day.day) and year in (None, day.year)
    first, last = exception.from_ or "", exception.to or ""
    return date.fromisoformat(first) <= day <= date.fromisoformat(last)
