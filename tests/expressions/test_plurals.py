from __future__ import annotations

from decimal import Decimal

import pytest

from ivrkit.expressions.plurals import form_of, forms_of, forms_wanted


@pytest.mark.parametrize(
    ("language", "number", "form"),
    [
        ("en", "1", "one"),
        ("en", "0", "other"),
        ("en", "1.5", "other"),
        ("es-MX", "1", "one"),
        ("es", "1000000", "many"),
        ("ru", "21", "one"),
        ("ru", "3", "few"),
        ("ru", "5", "many"),
        ("pl", "22", "few"),
        ("zh", "1", "other"),
        ("tlh", "1", "other"),
    ],
)
def test_the_form_of_a_number(language: str, number: str, form: str) -> None:
    assert form_of(Decimal(number), language) == form


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", {"one", "other"}),
        ("es", {"one", "other"}),
        ("zh", {"other"}),
        ("ru", {"one", "few", "many", "other"}),
        ("ar", {"zero", "one", "two", "few", "many", "other"}),
        ("tlh", {"other"}),
    ],
)
def test_the_forms_that_must_be_written(language: str, wanted: set[str]) -> None:
    assert forms_wanted(language) == wanted
    assert forms_wanted(language) <= forms_of(language)


def test_millions_may_have_a_form_of_their_own() -> None:
    assert "many" in forms_of("es")
