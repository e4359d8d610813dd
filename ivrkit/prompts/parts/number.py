"""A number: "one hundred twenty-three", "minus five point two"."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ivrkit.call.fields import ValueField
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.styles import GenderField, checked_gender
from ivrkit.prompts.words import Utterance


class NumberPart(ValuePart):
    """A cardinal number."""

    form = "number"
    example = "{number: queues.service.waiting}"
    accepts = (Decimal,)
    wanted = "numbers; for what was typed, take digits"
    settings = ("gender",)

    number: ValueField
    """The number."""
    gender: GenderField | None = None
    """That of what is counted: `masculine`, `feminine` or `neuter`. A language without this
    gender says the number as it stands by itself."""

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        return language.number(value, checked_gender(options))
