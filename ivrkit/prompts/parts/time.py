"""A time of day: "10:30 AM"."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ivrkit.call.fields import ValueField
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.words import Utterance


class TimePart(ValuePart):
    """A time of day, to the minute."""

    form = "time"
    example = "{time: appointment.at}"
    accepts = (datetime.time, datetime.datetime)
    wanted = "times of day"

    time: ValueField
    """The time of day, or a date with its time."""

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        return language.time(value.time() if isinstance(value, datetime.datetime) else value)
