"""A date: "Monday, March 2nd, 2026"."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ivrkit.call.fields import ValueField
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.values import Value
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.styles import StyleField, checked_style, days_away, is_relative
from ivrkit.prompts.words import Utterance


class DatePart(ValuePart):
    """A date. ``style`` is ``full`` (weekday, day, month, year), ``short`` (day and month),
    ``weekday``, or ``relative``: yesterday, today, tomorrow, and other dates in full."""

    form = "date"
    example = "{date: appointment.day, style: short}"
    accepts = (datetime.date,)
    wanted = "dates"
    settings = ("style",)

    date: ValueField
    """The date."""
    style: StyleField | None = None
    """`full`, `short`, `weekday` or `relative` (yesterday, today, tomorrow; else in full)."""

    @property
    def timed(self) -> bool:
        return is_relative(self.style)

    def options(self, value: Value, scope: Scope) -> Mapping[str, Value]:
        return days_away(super().options(value, scope), value, scope)

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        return language.date(value, *checked_style(options))
