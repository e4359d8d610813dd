from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import BudgetExceeded, ExpressionError, ValueRejected
from ivrkit.expressions.decimals import (
    CONTEXT,
    bounded,
    calculate,
    floor_divide,
    format_number,
    modulo,
    number_from_text,
    power,
)


@pytest.mark.parametrize("text", ["0", "12.50", "-3", "+4", "007", "9" * 40])
def test_read(text: str) -> None:
    assert number_from_text(text) == Decimal(text)


@pytest.mark.parametrize(
    "text", ["", "1e3", "1_0", "1,5", " 1", ".5", "5.", "NaN", "Infinity", "٣", "0x1f", "9" * 41]
)
def test_rejected(text: str) -> None:
    with pytest.raises(ValueRejected):
        number_from_text(text)


def test_places_stay_as_they_are_written() -> None:
    assert format_number(number_from_text("12.50")) == "12.50"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1E+40", "1E-41"])
def test_what_is_out_of_bounds(number: str) -> None:
    with pytest.raises(ValueRejected):
        bounded(Decimal(number))


@given(st.integers(-(10**6), 10**6), st.integers(-1000, 1000).filter(bool))
def test_whole_division_is_that_of_integers(left: int, right: int) -> None:
    assert floor_divide(Decimal(left), Decimal(right)) == left // right
    assert modulo(Decimal(left), Decimal(right)) == left % right


@pytest.mark.parametrize(
    ("base", "exponent"),
    [("10", "40"), ("10", "1001"), ("2", "0.5"), ("1E+39", "1000"), ("7", "99")],
)
def test_large_powers_are_refused(base: str, exponent: str) -> None:
    with pytest.raises(BudgetExceeded):
        calculate(power, Decimal(base), Decimal(exponent))


def test_powers() -> None:
    assert calculate(power, Decimal(2), Decimal(10)) == 1024
    assert calculate(power, Decimal(2), Decimal(-1)) == Decimal("0.5")
    assert calculate(power, Decimal(0), Decimal(0)) == 1
    with pytest.raises(ExpressionError, match="zero"):
        calculate(power, Decimal(0), Decimal(-1))


@pytest.mark.parametrize("operation", [CONTEXT.divide, CONTEXT.remainder, floor_divide, modulo])
@pytest.mark.parametrize("left", [0, 1])
def test_division_by_zero(operation: object, left: int) -> None:
    with pytest.raises(ExpressionError, match="division by zero"):
        calculate(operation, Decimal(left), Decimal(0))  # type: ignore[arg-type]
