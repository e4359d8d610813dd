"""Calendars as they are written: a week of opening times, holidays, exceptions, in a time zone.

The same model reads them in ``ivrkit.yaml`` and in a flow. What they mean at a moment is worked
out by :mod:`ivrkit.call.opening`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Self
from zoneinfo import ZoneInfo

import holidays as known_holidays
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES: Final = 24 * 60

Span = tuple[int, int]
"""From and to, in minutes since the midnight at which the day begins; over midnight ``to`` is more
than 1440."""


def read_days(text: str) -> tuple[int, ...]:
    """``mon``, ``mon-fri``, ``sat-mon`` or ``sat, sun`` as numbers of days, Monday being 0. Raises
    ValueError."""
    found: list[int] = []
    for each in text.lower().split(","):
        first, dash, last = (part.strip() for part in each.partition("-"))
        if first not in DAYS or (dash and last not in DAYS):
            raise ValueError(f"'{text}' names no days of the week; write mon, mon-fri or sat, sun")
        start = DAYS.index(first)
        length = (DAYS.index(last) - start) % 7 if dash else 0
        found += [(start + offset) % 7 for offset in range(length + 1)]
    return tuple(found)


def read_spans(value: object) -> tuple[Span, ...]:
    """``09:00-12:00, 13:00-17:00`` as spans; ``closed`` as none. A span whose end is not behind its
    beginning ends on the next day. Raises ValueError."""
    texts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    if [str(each).strip() for each in texts] == ["closed"]:
        return ()
    return tuple(_span(str(each).strip()) for each in texts)


def _span(text: str) -> Span:
    first, _, last = text.partition("-")
    start, end = _minutes(first.strip(), text), _minutes(last.strip(), text)
    if start == DAY_MINUTES:
        raise ValueError(f"'{text}' begins when the day is over; write 00:00")
    return start, end if end > start else end + DAY_MINUTES


def _minutes(text: str, whole: str) -> int:
    hours, colon, minutes = text.partition(":")
    if (
        colon
        and hours.isdecimal()
        and len(hours) <= 2
        and minutes.isdecimal()
        and len(minutes) == 2
    ):
        total = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and total <= DAY_MINUTES:
            return total
    raise ValueError(f"'{whole}' is no opening time; write 09:00-17:00, or closed")


class Section(BaseModel):
    """A part of a calendar."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class HolidaySettings(Section):
    """Days on which nothing of the week's times holds: a date (`2026-05-02`, or `12-24` for every
    year), or the public holidays of a country."""

    date: str | None = None
    """The date: `2026-05-02`, or `12-24` for every year."""
    name: str = ""
    """What the day is called (`hours.reason`)."""
    country: str | None = None
    """The country whose public holidays these are, as in ISO 3166: `DE`."""
    subdivision: str | None = None
    """The part of the country, as in ISO 3166-2 without the country: `BE`."""
    language: str | None = None
    """The language of the holidays' names; the country's own if not said."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.date is None) == (self.country is None):
            raise ValueError("a holiday is a date, or a country whose holidays hold")
        if self.date is not None:
            read_date(self.date)
        elif self.country is not None:
            public_holidays(self.country, self.subdivision, self.language, 2026)
        return self


def read_date(text: str) -> tuple[int | None, int, int]:
    """Year (None: every year), month and day. Raises ValueError."""
    parts = text.split("-")
    try:
        if len(parts) == 2:
            date(2024, int(parts[0]), int(parts[1]))  # a leap year: 02-29 is a date
            return None, int(parts[0]), int(parts[1])
        found = date.fromisoformat(text)
    except ValueError:
        message = f"'{text}' is no date; write 2026-05-02, or 12-24 for every year"
        raise ValueError(message) from None
    return found.year, found.month, found.day


def public_holidays(
    country: str, subdivision: str | None, language: str | None, year: int
) -> Mapping[date, str]:
    """The public holidays of a country in a year. Raises ValueError if the package ``holidays``
    does not know the country."""
    try:
        return dict(
            known_holidays.country_holidays(
                country, subdiv=subdivision, years=year, language=language
            )
        )
    except NotImplementedError:  # so the package tells of a country or a part that it has not
        place = f"{country}, {subdivision}" if subdivision else country
        raise ValueError(f"the public holidays of '{place}' are not known") from None


def _dated(value: Any) -> Any:
    return {"date": value} if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class ExceptionSettings(Section):
    """Other times than usual on a date or in a range of dates, holidays included: those of `open`,
    or closed."""

    date: str | None = None
    """The date: `2026-12-31`, or `12-31` for every year."""
    from_: str | None = Field(default=None, alias="from")
    """The first date of a range: `2026-08-03`."""
    to: str | None = None
    """The last date of a range."""
    open: Annotated[tuple[Span, ...], BeforeValidator(read_spans)] = ()
    """The times of these days: `09:00-12:00`; closed if not said."""
    name: str = ""
    """Why (`hours.reason`)."""

    @model_validator(mode="after")
    def _dates(self) -> Self:
        ranged = self.from_ is not None and self.to is not None
        if ranged == (self.date is not None) or (self.from_ is None) != (self.to is None):
            raise ValueError("an exception has a date, or from and to")
        if self.date is not None:
            read_date(self.date)
        elif self.from_ is not None and self.to is not None:
            first, last = read_date(self.from_), read_date(self.to)
            if first[0] is None or last[0] is None:
                raise ValueError("from and to are dates with their year: 2026-08-03")
            if date.fromisoformat(self.from_) > date.fromisoformat(self.to):
                raise ValueError("the range ends before it begins")
        return self


class CalendarSettings(Section):
    """Opening hours: the week's times in a time zone, holidays on which they do not hold, and
    exceptions, which come before both."""

    zone: str
    """The time zone of all times: `Europe/Berlin`."""
    week: dict[str, Annotated[tuple[Span, ...], BeforeValidator(read_spans)]] = Field(min_length=1)
    """Days (`mon`, `mon-fri`, `sat, sun`) and their times (`09:00-12:00, 13:00-17:00`); a span that
    ends before it begins ends on the next day. Days that are not named are closed."""
    holidays: Annotated[
        list[Annotated[HolidaySettings, BeforeValidator(_dated)]], BeforeValidator(_listed)
    ] = []
    """Days on which the week's times do not hold: dates, or `{country: DE, subdivision: BE}`."""
    exceptions: list[ExceptionSettings] = []
    """Special times on dates, and closures."""

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError(
                f"there is no time zone '{zone}'; write one such as Europe/Berlin"
            ) from None
        return zone

    @field_validator("week")
    @classmethod
    def _known_days(cls, week: dict[str, tuple[Span, ...]]) -> dict[str, tuple[Span, ...]]:
        named = [day for days in week for day in read_days(days)]
        twice = next((day for day in named if named.count(day) > 1), None)
        if twice is not None:
            raise ValueError(f"{DAYS[twice]} stands twice; write all its times in one line")
        return week
