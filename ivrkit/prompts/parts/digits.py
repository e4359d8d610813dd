"""Digits one by one, with pauses a listener can write along with."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ivrkit.call.fields import Count, ValueField
from ivrkit.expressions.decimals import format_number
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.styles import DigitsStyleField, checked_digits_style
from ivrkit.prompts.words import Utterance


class DigitsPart(ValuePart):
    """Digits one by one. ``group`` puts a pause after so many of them; a space or hyphen in the
    value is a pause too; without both, the language groups as its speakers do: ``style`` tells a
    telephone number and a card from other digits."""

    form = "digits"
    example = "{digits: account, group: 3}"
    accepts = (str, Decimal)
    wanted = "digits"
    settings = ("group", "style")

    digits: ValueField
    """The digits."""
    group: Count | None = None
    """A pause after so many of them."""
    style: DigitsStyleField | None = None
    """`phone`: as the language's speakers say a telephone number. `card`: in groups of four."""

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        text = format_number(value) if isinstance(value, Decimal) else value
        group = int(options.get("group", 0))
        return language.digits(text, group, checked_digits_style(options))
