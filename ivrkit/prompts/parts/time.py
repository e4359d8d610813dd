"""A time of day: "10:30 AM"."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ivrkit.call.fields import ValueField
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.styles import ClockField, checked_clock
from ivrkit.prompts.words import Utterance


class TimePart(ValuePart):
    """A time of day, to the minute. ``clock`` is `12` or `24`; without it, the language's own."""

    form = "time"
    example = "{time: appointment.at}"
    accepts = (datetime.time, datetime.datetime)
    wanted = "times of day"
    settings = ("clock",)

    time: ValueField
    """The time of day, or a date with its time."""
    clock: ClockField | None = None
    """`12` or `24` hours; the language's own habit without it."""

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        at = value.time() if isinstance(value, datetime.datetime) else value
        return language.time(at, checked_clock(options))
