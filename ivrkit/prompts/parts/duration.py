"""A length of time: "two minutes and five seconds"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ivrkit.call.fields import ValueField
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.words import Utterance


class DurationPart(ValuePart):
    """A length of time in days, hours, minutes and seconds, to the second."""

    form = "duration"
    example = "{duration: queues.service.wait}"
    accepts = (timedelta,)
    wanted = "durations"

    duration: ValueField
    """The length of time."""

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        return language.duration(value)
