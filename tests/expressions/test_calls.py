from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.errors import BudgetExceeded, ExpressionError


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("pad('7', 3, '0')", "007"),
        ("'7' | pad(3, '0')", "007"),
        ("pad('7', 3, fill='0')", "007"),
        ("pad('7', width=3)", "  7"),
        ("pad(text='7', width=3, fill='0')", "007"),
        ("'7' | pad(width=3, at_end=true) ~ '|'", "7  |"),
        ("pad(attempt, 3, '0')", "002"),
        ("upper(customer.vip)", "TRUE"),
        ("max(1, 2, attempt)", Decimal(2)),
        ("max([1, 5])", Decimal(5)),
        ("default(customer.email, 'none')", "none"),
        ("numbers(1, 3) | reverse | first", Decimal(3)),
    ],
)
def test_arguments_find_their_parameters(
    value: Callable[[str], Any], source: str, result: Any
) -> None:
    assert value(source) == result


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("upper()", "'text' is missing: write upper(text)"),
        ("upper('a', 'b')", "too many arguments"),
        ("upper('a', size=1)", "'size' is no further argument"),
        ("upper('a', text='b')", "'text' is no further argument"),
        ("either()", "write either(value, others, …)"),
        ("either(1, other=2)", "write either(value, others, …)"),
        ("upper(nothing)", "'text' must be a text, not none"),
        ("upper(slots)", "'text' must be a text, not list"),
        ("round('1')", "'number' must be a number, not text"),
        ("round(account)", "number(…) reads a text"),
        ("weekday(account)", "must be a date or datetime, not text"),
        ("first(account)", "'list' must be a list, not text"),
        ("number('many')", "number: this value cannot be read"),
        ("uper('a')", "did you mean 'upper'"),
    ],
)
def test_wrong_arguments(value: Callable[[str], Any], source: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        value(source)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "source",
    [
        "repeated('a', 10 ** 9)",
        "repeated(repeated('a', 60000), 60000)",
        "pad('a', 10 ** 9)",
        "replace(repeated('a', 60000), 'a', repeated('b', 60000))",
        "join(numbers(1, 9000), repeated('-', 60000))",
        "numbers(1, 10 ** 9)",
        "split(repeated('a,', 30000), ',')",
        "split(repeated('a ', 30000))",
        "regex_replace(repeated('a', 9000), 'a', repeated('b', 60000))",
        "regex_replace(repeated('a', 60000), 'a', 'b')",
        "spaced(repeated('a', 60000))",
        "unique(numbers(1, 9000))",
        "sort(numbers(1, 9000))",
        "json(huge)",
        "sum(huge)",
        "reverse(big) == big",
        "append(append(numbers(1, 9999), 1), 2)",
        "merge(numbers(1, 9999), [1, 2])",
        "format_number(10 ** 39, 20)",
        "round(10 ** 39, 20)",
    ],
)
def test_nothing_large_is_made(value: Callable[[str], Any], source: str) -> None:
    with pytest.raises(ExpressionError):
        value(source)


def test_patterns_run_under_a_time_limit(value: Callable[[str], Any]) -> None:
    with pytest.raises(BudgetExceeded, match="took longer"):
        value("matches(repeated('a', 60) ~ 'b', '(a|aa|a?)+(a|aa)+c')")


@pytest.mark.parametrize(
    "pattern", ["(", "[", "(?P<a", "a{2,1}", "*", "(?<=a*)b(", r"\p{Nonsense}", "(?(9)a)"]
)
def test_what_is_no_pattern(value: Callable[[str], Any], pattern: str) -> None:
    with pytest.raises(ExpressionError):
        value(f"matches('a', '{pattern}')")
