"""A place in an order: "third", "twenty-first"."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ivrkit.call.fields import ValueField
from ivrkit.errors import PromptError
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.styles import GenderField, checked_gender
from ivrkit.prompts.words import Utterance


class OrdinalPart(ValuePart):
    """An ordinal number: a whole one above zero."""

    form = "ordinal"
    example = "{ordinal: queues.service.waiting}"
    accepts = (Decimal,)
    wanted = "numbers"
    settings = ("gender",)

    ordinal: ValueField
    """The number."""
    gender: GenderField | None = None
    """That of what has the place: `masculine`, `feminine` or `neuter`."""

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        if value < 1 or value != value.to_integral_value():
            raise PromptError(f"{value} is no place in an order", hint="count from 1")
        return language.ordinal(int(value), checked_gender(options))
