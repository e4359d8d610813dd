"""One evaluation: its scope, its budget, and whether it has touched a secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from ivrkit.errors import BudgetExceeded, ExpressionError
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.typed_text import MOST_TEXT
from ivrkit.expressions.values import imported, spoken

MOST_STEPS: Final = 10_000
"""Most steps of one evaluation; each part of an expression and each item of a list is one."""
MOST_DEPTH: Final = 50


class Run:
    """What one evaluation carries along.

    Secrets are opened when they are touched, and ``secret`` remembers it: the result of the whole
    evaluation is then a secret, be it a text, a length or the answer of a comparison.
    """

    __slots__ = ("scope", "searched", "secret", "steps")

    def __init__(self, scope: Scope, steps: int = 0) -> None:
        self.scope = scope
        self.steps = steps
        self.secret = False
        self.searched = 0.0
        """Seconds that regular expressions have taken so far."""

    def charge(self, steps: int) -> None:
        """Count steps.

        Raises:
            BudgetExceeded: there are no more.
        """
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise BudgetExceeded(
                f"an expression may take {MOST_STEPS} steps", hint="use a shorter list"
            )

    def touch(self, value: Any) -> Any:
        """The value to work with: secrets opened and remembered, foreign objects imported."""
        value = imported(value)
        while isinstance(value, Secret):
            self.secret = True
            value = imported(value.reveal())
        return value

    def opened(self, value: Any, depth: int = 0) -> Any:
        """The same for a list or record and everything in it; each item is a step."""
        value = self.touch(value)
        if not isinstance(value, list | dict):
            return value
        if depth > MOST_DEPTH:
            raise BudgetExceeded("this data is nested too deeply")
        self.charge(len(value))
        if isinstance(value, list):
            return [self.opened(each, depth + 1) for each in value]
        return {name: self.opened(each, depth + 1) for name, each in value.items()}

    def text(self, value: Any) -> str:
        """The value as it appears in a text."""
        return spoken(self.touch(value))


Evaluator: TypeAlias = Callable[[Run], Any]
"""A part of an expression, made ready to be evaluated."""


def fits(length: int) -> int:
    """The length itself, before a text of that length is made.

    Raises:
        BudgetExceeded: no text may be that long.
    """
    if length > MOST_TEXT:
        raise BudgetExceeded(f"a text may have {MOST_TEXT} characters at most")
    return length


def undefined(name: str) -> ExpressionError:
    """The error for a name that is not declared."""
    return ExpressionError(f"'{name}' is not defined", hint="declare it under variables")
