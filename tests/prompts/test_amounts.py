from __future__ import annotations

from decimal import Decimal

import pytest

from ivrkit.errors import PromptError
from ivrkit.prompts.amounts import amount, whole_and_places
from ivrkit.prompts.languages.en_words import CURRENCIES


def test_a_number_is_taken_apart_without_sign_and_idle_zeros() -> None:
    assert whole_and_places(Decimal("-12.5000"), 100) == (12, "5")
    assert whole_and_places(Decimal("7"), 100) == (7, "")


def test_six_places_are_said() -> None:
    assert whole_and_places(Decimal(2) / 3, 100) == (0, "666667")


def test_a_number_too_large_is_refused() -> None:
    with pytest.raises(PromptError, match="digits"):
        whole_and_places(Decimal("100.9999999"), 100)


def test_money_is_rounded_half_to_even() -> None:
    assert amount(Decimal("0.125"), "EUR", CURRENCIES, 100)[:3] == (False, 0, 12)
    assert amount(Decimal("-0.135"), "EUR", CURRENCIES, 100)[:3] == (True, 0, 14)


def test_a_misspelt_currency_is_named() -> None:
    with pytest.raises(PromptError, match="did you mean 'EUR'"):
        amount(Decimal(1), "EURO", CURRENCIES, 100)


def test_what_there_is_instead_of_a_currency() -> None:
    with pytest.raises(PromptError, match="did you mean 'EUR'"):
        amount(Decimal(1), "€", CURRENCIES, 100)
    with pytest.raises(PromptError, match="there are names for"):
        amount(Decimal(1), "THB", CURRENCIES, 100)


def test_an_amount_too_large_is_refused() -> None:
    with pytest.raises(PromptError, match="beyond 100"):
        amount(Decimal(101), "EUR", CURRENCIES, 100)
