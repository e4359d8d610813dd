"""``hours``: open or closed by a calendar of the flow, and what there is to say about it."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Failed
from tests.engine.conftest import Bench

FLOW = """
    variables: {wish: datetime, which: text}
    calendars:
      office:
        zone: Europe/Berlin
        week: {mon-fri: "09:00-12:00, 13:00-17:00"}
        holidays: [{date: 03-03, name: Founders' Day}]
        exceptions: [{date: 2026-03-04, name: Works outing}]
    sections:
      main:
        - set: {wish: "%s"}
        - hours: {calendar: office, at: wish}
          exits: {closed: closed, %s}
        - log: "open until {{ hours.closes }}"
      closed:
        - log: "closed until {{ hours.opens }}"
        - log: "{{ hours.reason }}"
          when: hours.reason
      holiday:
        - log: "holiday: {{ hours.reason }}"
      error:
        - log: error
"""


async def notes(bench: Bench, moment: str, more: str = "error: error") -> list[str]:
    """What the flow has logged for a moment."""
    await bench.call(FLOW % (moment, more))
    await bench.ended()
    return bench.notes


@pytest.mark.parametrize(
    ("moment", "more", "expected"),
    [
        ("2026-03-02T10:00:00", "error: error", ["open until 2026-03-02T12:00:00+01:00"]),
        ("2026-03-02T10:59:00+00:00", "error: error", ["open until 2026-03-02T12:00:00+01:00"]),
        ("2026-03-02T18:00:00", "error: error", ["closed until 2026-03-05T09:00:00+01:00"]),
        ("2026-03-03T10:00:00", "holiday: holiday", ["holiday: Founders' Day"]),
        (
            "2026-03-03T10:00:00",
            "error: error",
            ["closed until 2026-03-05T09:00:00+01:00", "Founders' Day"],
        ),
        (
            "2026-03-04T10:00:00",
            "holiday: holiday",
            ["closed until 2026-03-05T09:00:00+01:00", "Works outing"],
        ),
    ],
)
async def test_it_goes_on_when_it_is_open(
    bench: Bench, moment: str, more: str, expected: list[str]
) -> None:
    assert await notes(bench, moment, more) == expected


async def test_now_is_the_time_of_the_call(bench: Bench) -> None:
    await bench.call("""
    calendars: {always: {zone: UTC, week: {mon-sun: "00:00-24:00"}}}
    sections:
      main:
        - hours: always
          exits: {closed: hangup}
        - log: open
    """)
    await bench.ended()
    assert bench.notes == ["open"]


async def test_a_calendar_from_data_must_be_possible_and_there(bench: Bench) -> None:
    await bench.call("""
    variables: {which: text}
    calendars: {always: {zone: UTC, week: {mon-sun: "00:00-24:00"}}}
    sections:
      main:
        - each: name in ['always', 'never', 'lost']
          do:
            - set: {which: "{{ name }}"}
            - hours: {calendar: "{{ which }}", among: [always, lost]}
              exits: {closed: hangup, error: next}
            - log: "{{ which }}"
    """)
    await bench.ended()
    assert bench.notes == ["always", "never", "lost"]
    told = [each.message for each in bench.of(Failed)]
    assert "'never' is none of those" in told[0]
    assert "no calendar 'lost'" in told[1]


async def test_a_moment_that_nobody_has_given(bench: Bench) -> None:
    await bench.call("""
    variables: {wish: datetime}
    calendars: {always: {zone: UTC, week: {mon-sun: "00:00-24:00"}}}
    sections:
      main:
        - hours: {calendar: always, at: wish}
          exits: {closed: hangup, error: next}
    """)
    await bench.ended()
    assert "has no value" in bench.of(Failed)[0].message
