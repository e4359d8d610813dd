"""Plural forms: which of them a language has, and which one a number takes (CLDR, by Babel)."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.plural import PluralRule

FORMS: Final = ("zero", "one", "two", "few", "many", "other")
"""The names of CLDR, in its order."""


def form_of(number: Decimal, language: str) -> str:
    """The form of a number in a language; ``other`` in one that CLDR does not know."""
    rule = _rule(language)
    return "other" if rule is None else rule(number)


def forms_of(language: str) -> frozenset[str]:
    """All forms that a language has."""
    rule = _rule(language)
    return frozenset({"other"}) if rule is None else frozenset(rule.tags) | {"other"}


@lru_cache(maxsize=256)
def forms_wanted(language: str) -> frozenset[str]:
    """The forms that a designer must write: those of whole numbers below a thousand, and
    ``other``. What only millions and fractions take (``many`` in Spanish) may be left out."""
    return frozenset(form_of(Decimal(number), language) for number in range(1000)) | {"other"}


@lru_cache(maxsize=256)
def _rule(language: str) -> PluralRule | None:
    try:
        return Locale.parse(language, sep="-").plural_form
    except (UnknownLocaleError, ValueError):
        try:
            return Locale.parse(language.partition("-")[0]).plural_form
        except (UnknownLocaleError, ValueError):
            return None
