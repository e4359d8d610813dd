"""A date with its time of day: "Monday, March 2nd, 2026, at 10:30 AM"."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ivrkit.call.fields import ValueField
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.values import Value
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.styles import (
    ClockField,
    StyleField,
    checked_clock,
    checked_style,
    days_away,
    is_relative,
)
from ivrkit.prompts.words import Utterance


class DatetimePart(ValuePart):
    """A date and the time of day. `style` is that of the date, `clock` that of the time."""

    form = "datetime"
    example = "{datetime: now, style: short}"
    accepts = (datetime.datetime,)
    wanted = "dates with a time"
    settings = ("style", "clock")

    datetime: ValueField
    """The date with its time."""
    style: StyleField | None = None
    """`full`, `short`, `weekday` or `relative` (yesterday, today, tomorrow; else in full)."""
    clock: ClockField | None = None
    """`12` or `24` hours; the language's own habit without it."""

    @property
    def timed(self) -> bool:
        return is_relative(self.style)

    def options(self, value: Value, scope: Scope) -> Mapping[str, Value]:
        return days_away(super().options(value, scope), value, scope)

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        return language.moment(value, *checked_style(options), checked_clock(options))
