"""A date: "Monday, March 2nd, 2026"."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any

from ivrkit.call.fields import Reads, ValueField
from ivrkit.errors import PromptError
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.prompts.language import Language
from ivrkit.prompts.part import ValuePart
from ivrkit.prompts.words import Utterance

STYLES = ("full", "short", "weekday")
StyleField = Annotated[Setting, Reads("setting", type=f"choice:{','.join(STYLES)}")]


class DatePart(ValuePart):
    """A date. ``style`` is ``full`` (weekday, day, month, year), ``short`` (day and month) or
    ``weekday``."""

    form = "date"
    example = "{date: appointment.day, style: short}"
    accepts = (datetime.date,)
    wanted = "dates"
    settings = ("style",)

    date: ValueField
    """The date."""
    style: StyleField | None = None
    """`full`, `short` or `weekday`."""

    @classmethod
    def utterance(cls, value: Any, options: Mapping[str, Any], language: Language) -> Utterance:
        return language.date(value, checked_style(options))


def checked_style(options: Mapping[str, Any]) -> str:
    """The style of a date. Raises PromptError for one that there is not."""
    style = str(options.get("style", "full"))
    if style not in STYLES:
        raise PromptError(f"a date has no style '{style}'", hint=did_you_mean(style, STYLES))
    return style
