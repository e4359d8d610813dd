from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import ValueRejected
from ivrkit.expressions import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("300ms", 0.3),
        ("5s", 5),
        ("2m", 120),
        ("1h", 3600),
        ("7d", 604800),
        ("0s", 0),
        ("1.5s", 1.5),
        ("1h30m", 5400),
        ("1m1s1ms", 61.001),
    ],
)
def test_parse(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "5", "s", "5 s", "-5s", "5S", "5sec", "1m1h", "1s1s", "1e3s", "9999999999d", "٣s"]
)
def test_reject(text: str) -> None:
    with pytest.raises(ValueRejected):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (90, "90s"),
        (120, "2m"),
        (5400, "90m"),
        (86400, "1d"),
        (0.25, "250ms"),
        (-5, "-5s"),
    ],
)
def test_format(seconds: float, text: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == text


@given(st.integers(-(10**12), 10**12))
def test_what_is_formatted_is_read_back(milliseconds: int) -> None:
    duration = timedelta(milliseconds=milliseconds)
    assert parse_duration(format_duration(duration), negative=True) == duration
