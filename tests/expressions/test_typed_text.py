from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import ValueRejected
from ivrkit.expressions.typed_text import READERS


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "on", "on"),
        ("digits", "0123", "0123"),
        ("digits", "*31#", "*31#"),
        ("number", "0123", Decimal(123)),
        ("money", "12.50", Decimal("12.50")),
        ("flag", "true", True),
        ("date", "2026-03-02", date(2026, 3, 2)),
        ("time", "10:30", time(10, 30)),
        ("time", "9:05", time(9, 5)),
        ("time", "10:30:15", time(10, 30, 15)),
        ("datetime", "2026-03-02T10:30:00Z", datetime(2026, 3, 2, 10, 30, tzinfo=UTC)),
        ("datetime", "2026-03-02 10:30", datetime(2026, 3, 2, 10, 30)),
        ("datetime", "2026-03-02", datetime(2026, 3, 2)),
        ("duration", "5m", timedelta(minutes=5)),
        ("phone", "+49 (0)30 12-34.56", "+4930123456"),
        ("phone", "030/1234", "0301234"),
        ("phone", "100", "100"),
        ("secret", "4711", "4711"),
    ],
)
def test_read(kind: str, text: str, value: Any) -> None:
    assert READERS[kind](text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("digits", ""),
        ("digits", "12a"),
        ("digits", "12\n"),
        ("digits", "٣"),
        ("number", "1e3"),
        ("flag", "True"),
        ("flag", "yes"),
        ("flag", "1"),
        ("date", "02.03.2026"),
        ("date", "2026-02-30"),
        ("date", "20260302"),
        ("date", "2026-03-02\n"),
        ("time", "25:00"),
        ("time", "10"),
        ("time", "10.30"),
        ("datetime", "10:30"),
        ("datetime", "2026-W10-1"),
        ("datetime", "2026-03-02T24:30"),
        ("duration", "5"),
        ("phone", "1"),
        ("phone", "+49abc"),
        ("phone", "1234567890123456"),
        ("phone", "++49"),
        ("text", "x" * 70_000),
    ],
)
def test_rejected(kind: str, text: str) -> None:
    with pytest.raises(ValueRejected):
        READERS[kind](text)


@given(st.sampled_from(sorted(READERS)), st.text())
def test_any_text_is_read_or_rejected(kind: str, text: str) -> None:
    with contextlib.suppress(ValueRejected):
        READERS[kind](text)
