"""The calendars of a flow: read, and their mistakes told at their places."""

from __future__ import annotations

from textwrap import dedent

import pytest

from ivrkit.flow import codes
from ivrkit.flow.reader import Reader


def found_in(reader: Reader, calendars: str) -> list[tuple[str, int]]:
    text = dedent(calendars) + "\nsections:\n  main: [answer]\n"
    _, found = reader.read("main.yaml", text)
    return [(each.code, each.mark.line) for each in found]


def test_calendars_are_read(reader: Reader) -> None:
    flow, found = reader.read(
        "main.yaml",
        dedent("""\
        calendars:
          front-desk:
            zone: Europe/Berlin
            week:
              mon-thu: 09:00-12:00, 13:00-17:00
              fri: [09:00-12:00]
            holidays:
              - {country: DE, subdivision: BE}
              - 12-24
              - {date: 2026-05-02, name: Move}
            exceptions:
              - {from: 2026-08-03, to: 2026-08-14, name: Holidays}
              - {date: 12-31, open: 09:00-12:00}
        sections:
          main: [answer]
        """),
    )
    assert [str(each) for each in found] == []
    assert flow is not None
    assert set(flow.calendars) == {"front-desk"}


@pytest.mark.parametrize(
    ("calendars", "told"),
    [
        ("calendars: {Office: {zone: UTC, week: {mon: closed}}}", (codes.BAD_NAME, 1)),
        ("calendars: [office]", (codes.WRONG_FORM, 1)),
        ("calendars:\n  office:\n    week: {mon: closed}", (codes.MISSING_FIELD, 3)),
        ("calendars:\n  office:\n    zone: Mars\n    week: {mon: closed}", (codes.BAD_VALUE, 3)),
        (
            "calendars:\n  office:\n    zone: UTC\n    weak: 1\n    week: {mon: closed}",
            (codes.UNKNOWN_FIELD, 4),
        ),
        (
            "calendars:\n  office:\n    zone: UTC\n    week:\n      mon: closed\n      tue: nine",
            (codes.BAD_VALUE, 6),
        ),
        (
            "calendars:\n  office:\n    zone: UTC\n    week: {mon: closed}\n    holidays:\n"
            "      - 12-24\n      - {dat: 12-25}",
            (codes.UNKNOWN_FIELD, 7),
        ),
    ],
)
def test_mistakes_are_told_at_their_places(
    reader: Reader, calendars: str, told: tuple[str, int]
) -> None:
    assert told in found_in(reader, calendars)
