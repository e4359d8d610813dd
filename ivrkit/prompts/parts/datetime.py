"""A date with its time of day: "Monday, March 2nd, 2026, at 10:30 AM"."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ivrkit.call.fields import ValueField
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.parts.date import StyleField, checked_style
from ivrkit.prompts.words import Utterance


class DatetimePart(ValuePart):
    """A date and the time of day. `style` is that of the date."""

    form = "datetime"
    example = "{datetime: now, style: short}"
    accepts = (datetime.datetime,)
    wanted = "dates with a time"
    settings = ("style",)

    datetime: ValueField
    """The date with its time."""
    style: StyleField | None = None
    """`full`, `short` or `weekday`."""

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        return language.moment(value, checked_style(options))
