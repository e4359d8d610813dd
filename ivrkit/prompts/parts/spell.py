"""A text letter by letter."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ivrkit.call.fields import ValueField
from ivrkit.expressions.decimals import format_number
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.words import Utterance


class SpellPart(ValuePart):
    """Letters, digits and signs, one by one; capital and small letters sound alike."""

    form = "spell"
    example = "{spell: booking.reference}"
    accepts = (str, Decimal)
    wanted = "texts"

    spell: ValueField
    """What is spelt."""

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        return language.spell(format_number(value) if isinstance(value, Decimal) else value)
