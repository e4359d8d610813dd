"""Opening hours at a moment: a table of rows, and what holds at every moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ivrkit.call.calendars import CalendarSettings
from ivrkit.call.opening import Calendar, Calendars

OFFICE: dict[str, Any] = {
    "zone": "Europe/Berlin",
    "week": {"mon-thu": "09:00-12:00, 13:00-17:00", "fri": "09:00-24:00", "sat": "22:00-02:00"},
    "holidays": [
        {"country": "DE", "subdivision": "BE", "language": "en_US"},
        {"date": "12-24", "name": "Christmas Eve"},
        "2026-06-10",
    ],
    "exceptions": [
        {"date": "2026-12-25", "open": "10:00-11:00", "name": "Emergency desk"},
        {"from": "2026-08-03", "to": "2026-08-14", "name": "Company holidays"},
    ],
}
BERLIN = ZoneInfo("Europe/Berlin")


def calendar(**changed: Any) -> Calendar:
    return Calendar(CalendarSettings.model_validate({**OFFICE, **changed}))


@pytest.mark.parametrize(
    ("moment", "open_", "reason", "opens", "closes"),
    [
        ("2026-03-02T09:00", True, "", "2026-03-02T13:00", "2026-03-02T12:00"),
        ("2026-03-02T08:59", False, "", "2026-03-02T09:00", "2026-03-02T12:00"),
        ("2026-03-02T12:00", False, "", "2026-03-02T13:00", "2026-03-02T17:00"),
        ("2026-03-02T17:00", False, "", "2026-03-03T09:00", "2026-03-03T12:00"),
        # Friday until midnight, then nothing until Saturday night.
        ("2026-03-06T23:59", True, "", "2026-03-07T22:00", "2026-03-07T00:00"),
        ("2026-03-07T00:00", False, "", "2026-03-07T22:00", "2026-03-08T02:00"),
        # Over midnight: a span belongs to the day on which it begins.
        ("2026-03-08T01:59", True, "", "2026-03-09T09:00", "2026-03-08T02:00"),
        ("2026-03-15T02:00", False, "", "2026-03-16T09:00", "2026-03-16T12:00"),
        # Public holidays of the country, of the subdivision only, yearly and single dates.
        ("2026-05-01T10:00", False, "Labor Day", "2026-05-02T22:00", "2026-05-03T02:00"),
        ("2026-03-08T02:00", False, "Women's Day", "2026-03-09T09:00", None),
        ("2026-12-24T10:00", False, "Christmas Eve", "2026-12-25T10:00", "2026-12-25T11:00"),
        ("2027-12-24T10:00", False, "Christmas Eve", None, None),
        ("2026-06-10T10:00", False, "", "2026-06-11T09:00", "2026-06-11T12:00"),
        # An exception comes before a holiday, and a closure over a range.
        ("2026-12-25T10:30", True, "Emergency desk", None, "2026-12-25T11:00"),
        ("2026-12-25T12:00", False, "Emergency desk", None, None),
        ("2026-08-05T10:00", False, "Company holidays", "2026-08-15T22:00", "2026-08-16T02:00"),
    ],
)
def test_a_moment(
    moment: str, open_: bool, reason: str, opens: str | None, closes: str | None
) -> None:
    found = calendar().at(datetime.fromisoformat(moment))
    assert (found.open, found.reason) == (open_, reason)
    if opens is not None:
        assert found.opens == datetime.fromisoformat(opens).replace(tzinfo=BERLIN)
    if closes is not None:
        assert found.closes == datetime.fromisoformat(closes).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("moment", "holiday"),
    [("2026-05-01T10:00", True), ("2026-06-10T03:00", True), ("2026-08-05T10:00", False)],
)
def test_a_holiday_is_told_from_other_reasons(moment: str, holiday: bool) -> None:
    assert calendar().at(datetime.fromisoformat(moment)).holiday is holiday


def test_the_moment_may_be_of_any_zone() -> None:
    moment = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert calendar().at(moment).open
    assert not calendar().at(moment.replace(hour=12, tzinfo=ZoneInfo("America/New_York"))).open


@pytest.mark.parametrize(
    ("week", "moment", "open_"),
    [
        # 2026-03-29: at 02:00 the clock jumps to 03:00. Winter is UTC+1, summer UTC+2.
        ({"sun": "02:30-04:00"}, "2026-03-29T00:59:59+00:00", False),
        ({"sun": "02:30-04:00"}, "2026-03-29T01:00:00+00:00", True),
        ({"sun": "02:30-04:00"}, "2026-03-29T02:00:00+00:00", False),
        ({"sun": "01:00-02:30"}, "2026-03-29T00:59:59+00:00", True),
        ({"sun": "01:00-02:30"}, "2026-03-29T01:00:00+00:00", False),
        ({"sun": "02:10-02:50"}, "2026-03-29T01:00:00+00:00", False),
        # 2026-10-25: at 03:00 the clock goes back to 02:00; 02:30 comes at 00:30 and 01:30 UTC.
        ({"sun": "02:30-04:00"}, "2026-10-25T00:29:59+00:00", False),
        ({"sun": "02:30-04:00"}, "2026-10-25T00:30:00+00:00", True),
        ({"sun": "02:30-04:00"}, "2026-10-25T01:10:00+00:00", True),
        ({"sun": "01:00-02:30"}, "2026-10-25T01:29:59+00:00", True),
        ({"sun": "01:00-02:30"}, "2026-10-25T01:30:00+00:00", False),
        ({"sat": "23:00-03:30"}, "2026-10-25T02:29:59+00:00", True),
        ({"sat": "23:00-03:30"}, "2026-10-25T02:30:00+00:00", False),
    ],
)
def test_summer_time(week: dict[str, str], moment: str, open_: bool) -> None:
    found = calendar(week=week, holidays=[], exceptions=[]).at(datetime.fromisoformat(moment))
    assert found.open is open_


def test_what_is_always_open_never_closes_and_what_is_never_open_never_opens() -> None:
    always = calendar(week={"mon-sun": "00:00-24:00"}, holidays=[], exceptions=[])
    found = always.at(datetime(2026, 3, 29, 2, 30))
    assert (found.open, found.opens, found.closes) == (True, None, None)
    never = calendar(week={"mon": "closed"}, exceptions=[])
    found = never.at(datetime(2026, 3, 2, 10))
    assert (found.open, found.opens, found.closes) == (False, None, None)


def test_the_end_of_time() -> None:
    assert not calendar(holidays=[]).at(datetime(9999, 12, 31, 23, 0)).open
    assert not calendar(holidays=[]).at(datetime(1, 1, 2, 1, 0)).open


_SPAN = st.tuples(st.integers(0, 23 * 60 + 59), st.integers(1, 24 * 60)).map(
    lambda span: f"{span[0] // 60:02}:{span[0] % 60:02}-{span[1] // 60:02}:{span[1] % 60:02}"
)
_WEEK = st.dictionaries(
    st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
    st.lists(_SPAN, min_size=1, max_size=3).map(", ".join),
    min_size=1,
)
_ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")


@given(
    week=_WEEK,
    zone=st.sampled_from(_ZONES),
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),
)
def test_what_is_told_about_changes_holds_when_they_come(
    week: dict[str, str], zone: str, moment: datetime
) -> None:
    """Just before an opening it is closed and from it on open; and the other way round."""
    asked = calendar(week=week, zone=zone, holidays=[], exceptions=[])
    now = moment.replace(tzinfo=UTC)
    found = asked.at(now)
    moment_before = timedelta(microseconds=1)
    if found.open and found.closes is not None:
        assert found.closes > now
        assert not asked.at(found.closes).open
        assert asked.at(found.closes - moment_before).open
    if found.opens is not None:
        assert found.opens >= now
        assert asked.at(found.opens).open
        assert not asked.at(found.opens - moment_before).open
    if not found.open and found.opens is not None:
        assert not asked.at(now + (found.opens - now) * 0.999).open or found.opens == now


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"zone": "Europe/Berln"}, "no time zone"),
        ({"zone": "../etc/passwd"}, "no time zone"),
        ({"week": {"moday": "09:00-17:00"}}, "no days of the week"),
        ({"week": {"mon": "9-17"}}, "no opening time"),
        ({"week": {"mon": "09:00-25:00"}}, "no opening time"),
        ({"week": {"mon": "24:00-08:00"}}, "begins when the day is over"),
        ({"week": {"mon-wed": "09:00-17:00", "tue": "closed"}}, "tue stands twice"),
        ({"week": {}}, "at least 1 item"),
        ({"holidays": ["02-30"]}, "no date"),
        ({"holidays": [{"name": "Nothing"}]}, "a date, or a country"),
        ({"holidays": [{"country": "Atlantis"}]}, "not known"),
        ({"holidays": {"country": "DE", "subdivision": "XX"}}, "not known"),
        ({"exceptions": [{"name": "Nothing"}]}, "a date, or from and to"),
        ({"exceptions": [{"from": "2026-05-02"}]}, "a date, or from and to"),
        ({"exceptions": [{"from": "2026-05-02", "to": "2026-05-01"}]}, "ends before it begins"),
        ({"exceptions": [{"from": "05-02", "to": "05-03"}]}, "with their year"),
    ],
)
def test_mistakes_are_told(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        calendar(**changed)


def test_calendars_are_found_by_their_names() -> None:
    calendars = Calendars({"office": CalendarSettings.model_validate(OFFICE)})
    assert calendars.find("office") is not None
    assert calendars.find("offices") is None
