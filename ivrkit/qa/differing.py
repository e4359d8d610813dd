"""A call that goes otherwise than its script says."""

from __future__ import annotations

from typing import Any

from ivrkit.qa.outcome import as_text
from ivrkit.qa.script import NeverHear


class Differs(Exception):
    """Where the call left the script: what was expected, and what came instead."""

    def __init__(self, message: str, expected: str = "", got: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.got = got


class Never(Differs):
    """Something was heard that should not have been."""

    def __init__(self, turn: NeverHear, text: str) -> None:
        super().__init__("this was heard, and should never be", f"never: {turn.text}", text)
        self.turn = turn


def field_of(variables: dict[str, Any], name: str) -> Any:
    """The value of a variable, or of a field of one (``survey.score``)."""
    value: Any = variables
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def listed(values: Any) -> str:
    """Names and values on one line."""
    return ", ".join(f"{name}: {as_text(value)}" for name, value in values.items()) or "nothing"
