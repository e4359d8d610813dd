"""Regular expressions within bounds."""

from __future__ import annotations

import pytest

from ivrkit.errors import BudgetExceeded, ExpressionError
from ivrkit.expressions.patterns import compiled, limited, searched


def test_what_is_found() -> None:
    found = searched("OK 12.50 EUR", r"(?P<amount>[\d.]+) (?P<currency>\w+)")
    assert found is not None
    assert found.groupdict() == {"amount": "12.50", "currency": "EUR"}
    assert searched("ERR", r"\d") is None


@pytest.mark.parametrize("pattern", ["(", "[a", "(?P<1>x)", "*"])
def test_no_pattern(pattern: str) -> None:
    with pytest.raises(ExpressionError, match="no regular expression"):
        compiled(pattern)


def test_too_long_a_pattern() -> None:
    with pytest.raises(BudgetExceeded, match="characters at most"):
        compiled("a" * 501)


@pytest.mark.parametrize(
    "pattern",
    [
        "a{1000000000}",
        "(?<=a{1000000})b",
        "[ab]{1000000,}",
        "(?:(?:a{200}){200}){200}",
        "(a{200}(?#b)){200}",
        "(?x)((a{200} # )\n) {200} # \n) {200}",
        "(?:[)]a{200}[(]){200}",
    ],
)
def test_one_that_would_fill_the_memory(pattern: str) -> None:
    with pytest.raises(BudgetExceeded, match="repeats too much"):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<a>.{10})(?P<b>.{12})(?P<c>.{8})(?P<d>.{20})(?P<e>.{300})",
        r"(?:[A-Z0-9]{4} ?){4}[A-Z0-9]{0,4}",
        r"(?:\d{1,3}\.){3}\d{1,3}",
        r"a{0,1000000}",
    ],
)
def test_one_that_is_only_long(pattern: str) -> None:
    compiled(pattern)


def test_one_that_goes_astray() -> None:
    with pytest.raises(BudgetExceeded, match="took longer"):
        searched("a" * 200 + "!", r"^(a|aa|a?a)+$")


def test_no_time_left() -> None:
    with pytest.raises(BudgetExceeded, match="took longer"):
        limited(lambda left: left, 0.0)
