"""How a value is said, where a language has several ways: the fields of the parts for it, and
what they come to."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from ivrkit.call.fields import Reads
from ivrkit.errors import PromptError
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.values import Value
from ivrkit.prompts.language import CLOCKS, DATE_STYLES, DIGIT_STYLES, GENDERS

AWAY = "away"
"""The option of a relative date: how many days it is away from the call's today."""

StyleField = Annotated[Setting, Reads("setting", type=f"choice:{','.join(DATE_STYLES)}")]
DigitsStyleField = Annotated[Setting, Reads("setting", type=f"choice:{','.join(DIGIT_STYLES)}")]
ClockField = Annotated[Setting, Reads("setting", type=f"choice:{','.join(map(str, CLOCKS))}")]
GenderField = Annotated[Setting, Reads("setting", type=f"choice:{','.join(GENDERS)}")]


def checked_style(options: Mapping[str, Any]) -> tuple[str, int | None]:
    """The style of a date, and how many days away a relative one is."""
    style = _one_of(options, "style", DATE_STYLES, "a date has no style") or "full"
    away = options.get(AWAY)
    return style, None if away is None else int(away)


def checked_digits_style(options: Mapping[str, Any]) -> str:
    """The style of digits; "" for none."""
    return _one_of(options, "style", DIGIT_STYLES, "digits have no style")


def checked_gender(options: Mapping[str, Any]) -> str:
    """The gender a number agrees with; "" for none."""
    return _one_of(options, "gender", GENDERS, "there is no gender")


def checked_clock(options: Mapping[str, Any]) -> int:
    """The hours of the clock; 0 for the language's own."""
    return int(_one_of(options, "clock", [str(each) for each in CLOCKS], "no clock has") or 0)


def is_relative(style: Setting | None) -> bool:
    """Whether a date is said as it lies from the call's day, as far as is known beforehand."""
    return style is not None and (not style.static or style.literal == "relative")


def days_away(options: Mapping[str, Value], value: Value, scope: Scope) -> Mapping[str, Value]:
    """The options of a date, with the days that a relative one is away. Days are those of the
    calendar: what is at one o'clock tonight is tomorrow."""
    if options.get("style") != "relative" or not isinstance(value, datetime.date):
        return options
    day = value.date() if isinstance(value, datetime.datetime) else value
    return {**options, AWAY: Decimal((day - scope.now().date()).days)}


def _one_of(options: Mapping[str, Any], name: str, known: Sequence[str], wrong: str) -> str:
    """An option that is one of a few words; "" where it is left out. Raises PromptError."""
    found = str(options.get(name, ""))
    if found and found not in known:
        raise PromptError(f"{wrong} '{found}'", hint=did_you_mean(found, known))
    return found
