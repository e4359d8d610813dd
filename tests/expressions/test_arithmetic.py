from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.errors import BudgetExceeded, ExpressionError
from ivrkit.expressions.arithmetic import OPERATIONS, arithmetic, result_kind
from ivrkit.expressions.values import KINDS

DAY = date(2026, 3, 2)
MOMENT = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("0.1 + 0.2", Decimal("0.3")),
        ("1 - 2 - 3", Decimal(-4)),
        ("2 * 3 + 4", Decimal(10)),
        ("2 + 3 * 4", Decimal(14)),
        ("(2 + 3) * 4", Decimal(20)),
        ("10 / 4", Decimal("2.5")),
        ("-7 // 2", Decimal(-4)),
        ("-7 % 2", Decimal(1)),
        ("2 ** 10", Decimal(1024)),
        ("-2", Decimal(-2)),
        ("1 / 3 * 3", Decimal("0.9999999999999999999999999999999999999999")),
        ("customer.balance * 2", Decimal("25.00")),
        ("attempt + 1", Decimal(3)),
        ("share + 0.2", Decimal("0.3")),
        ("wait - minutes(2)", timedelta(minutes=5)),
        ("-wait", timedelta(minutes=-7)),
        ("wait * 2", timedelta(minutes=14)),
        ("day + days(1)", date(2026, 3, 3)),
        ("today - day", timedelta(0)),
        ("now + hours(1)", datetime(2026, 3, 2, 11, tzinfo=UTC)),
    ],
)
def test_values(value: Callable[[str], Any], source: str, result: Any) -> None:
    assert value(source) == result


@pytest.mark.parametrize(
    ("sign", "left", "right", "result"),
    [
        ("/", HOUR, Decimal(3), timedelta(minutes=20)),
        ("/", HOUR, timedelta(minutes=20), Decimal(3)),
        ("*", Decimal("0.5"), HOUR, timedelta(minutes=30)),
        ("+", HOUR, time(23, 30), time(0, 30)),
        ("-", time(0, 30), HOUR, time(23, 30)),
        ("-", time(10), time(9), HOUR),
        ("-", DAY, timedelta(days=1), date(2026, 3, 1)),
        ("-", MOMENT, DAY, timedelta(hours=10, minutes=30)),
        ("-", MOMENT, datetime(2026, 3, 2, 10, 30), timedelta(0)),
        ("-", datetime(2026, 3, 2, 10, 30), MOMENT, timedelta(0)),
    ],
)
def test_dates_and_durations(sign: str, left: Any, right: Any, result: Any) -> None:
    assert arithmetic(sign, left, right) == result


@pytest.mark.parametrize(
    ("sign", "left", "right", "hint"),
    [
        ("+", "1", "2", "~ joins texts"),
        ("*", "a", Decimal(10**9), "reads a text"),
        ("+", None, Decimal(1), "default"),
        ("+", DAY, Decimal(1), "days(…)"),
        ("+", True, Decimal(1), ""),
        ("+", [1], [2], ""),
        ("+", DAY, DAY, ""),
        ("+", DAY, HOUR, "datetime"),
        ("/", HOUR, Decimal(0), ""),
        ("/", HOUR, timedelta(0), ""),
        ("+", date.max, timedelta(days=1), ""),
        ("-", datetime.min, HOUR, ""),
        ("*", timedelta.max, Decimal(2), ""),
        ("*", timedelta.max, Decimal(10**30), ""),
        ("+", timedelta.max, timedelta.max, ""),
    ],
)
def test_what_cannot_be_calculated(sign: str, left: Any, right: Any, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        arithmetic(sign, left, right)
    assert hint in caught.value.hint


@pytest.mark.parametrize("source", ["9" * 40 + " * 10", "10 ** 40", "2 ** 1001", "10 ** 10 ** 10"])
def test_large_numbers(value: Callable[[str], Any], source: str) -> None:
    with pytest.raises(BudgetExceeded):
        value(source)


SAMPLES: dict[type, Any] = {
    Decimal: Decimal(2),
    timedelta: timedelta(days=2),
    date: DAY,
    datetime: MOMENT,
    time: time(10),
}


@pytest.mark.parametrize(("sign", "left", "right"), OPERATIONS)
def test_the_check_foretells_the_kind(sign: str, left: type, right: type) -> None:
    result = arithmetic(sign, SAMPLES[left], SAMPLES[right])
    assert result_kind(sign, KINDS[left], KINDS[right]) == KINDS[type(result)]


@pytest.mark.parametrize(
    ("sign", "left", "right", "kind"),
    [
        ("+", "money", "number", "money"),
        ("*", "money", "number", "money"),
        ("/", "money", "money", "number"),
        ("/", "money", "number", "money"),
        ("+", "text", "text", None),
        ("+", "digits", "number", None),
        ("+", "flag", "flag", None),
    ],
)
def test_money(sign: str, left: str, right: str, kind: str | None) -> None:
    assert result_kind(sign, left, right) == kind
