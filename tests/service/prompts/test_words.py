"""The words that values need are those that are said: whatever is said needs no other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.prompts.language import Languages
from ivrkit.service.prompts.words import words_of
from tests.prompts.support import part

LANGUAGES = Languages("EUR")


@cache
def needed(form: str, language: str = "en", **fields: str) -> frozenset[str]:
    return frozenset(words_of(part(form, **fields), language, LANGUAGES))


def test_a_literal_needs_its_own_words() -> None:
    assert needed("number", number="5") == {"digits/5"}


def test_a_text_needs_none() -> None:
    assert needed("text", text="Hello.") == frozenset()
    assert needed("text", text="Hello {{ count }}.") == frozenset()


def test_a_language_without_rules_has_none() -> None:
    assert needed("number", "sv", number="count") == frozenset()


@pytest.mark.parametrize("language", LANGUAGES.tags)
def test_every_language_has_words_for_numbers(language: str) -> None:
    assert len(needed("number", language, number="count")) > 10


def test_a_setting_that_is_known_needs_fewer() -> None:
    short = needed("date", date="day", style="short")
    assert short < needed("date", date="day")


@given(st.integers(min_value=-999_999, max_value=999_999))
def test_every_number_is_said_with_them(number: int) -> None:
    said = LANGUAGES.find("en").number(Decimal(number)).words
    assert {word.sound for word in said if word.sound} <= needed("number", number="count")


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_every_date_is_said_with_them(day: date) -> None:
    said = LANGUAGES.find("en").date(day, "short").words
    assert {word.sound for word in said if word.sound} <= needed("date", date="day", style="short")
