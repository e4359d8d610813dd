"""How long a made sound may be."""

from __future__ import annotations

from datetime import timedelta

from ivrkit.errors import PromptError
from ivrkit.expressions.values import Value

LONGEST = 120.0
"""Seconds of silence or of a tone in one part."""


def seconds_of(length: Value, form: str) -> float:
    """A length in seconds, to the hundredth. Raises PromptError when it is none or too long."""
    if not isinstance(length, timedelta) or not 0.01 <= length.total_seconds() <= LONGEST:
        raise PromptError(
            f"{form} lasts between 10ms and {LONGEST:.0f}s", hint="for more, use the verb wait"
        )
    return round(length.total_seconds(), 2)
