"""An amount of money: "12 euros and 50 cents"."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ivrkit.call.fields import TextSetting, ValueField
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.words import Utterance


class MoneyPart(ValuePart):
    """An amount. ``currency`` is an ISO 4217 code; without it, the one set for all prompts."""

    form = "money"
    example = "{money: customer.balance, currency: EUR}"
    accepts = (Decimal,)
    wanted = "amounts"
    settings = ("currency",)

    money: ValueField
    """The amount."""
    currency: TextSetting | None = None
    """Its ISO 4217 code."""

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        return language.money(value, options.get("currency", language.currency))
