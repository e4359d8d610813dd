"""Arguments that must be whole numbers within bounds, so that a result stays small; and fields."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ivrkit.errors import BudgetExceeded, ExpressionError
from ivrkit.expressions.run import MOST_STEPS
from ivrkit.expressions.typed_text import MOST_TEXT


def whole(number: Decimal, least: int, most: int) -> int:
    """The number as an int.

    Raises:
        ExpressionError: it is not whole, or below or above the bounds.
    """
    if number != number.to_integral_value() or not least <= number <= most:
        raise ExpressionError(f"a whole number from {least} to {most} is wanted")
    return int(number)


def index(number: Decimal) -> int:
    """A place in a text or list; below zero counts from the end."""
    return whole(number, -MOST_TEXT, MOST_TEXT)


def listed(count: int) -> int:
    """The count itself, before a list of that many items is made.

    Raises:
        BudgetExceeded: no list of an expression may be that long.
    """
    if count > MOST_STEPS:
        raise BudgetExceeded(f"a list may have {MOST_STEPS} items at most")
    return count


def field_of(item: Any, name: str | None) -> Any:
    """A field of a record by its name; the item itself where no name is said.

    Raises:
        ExpressionError: it is no record, or has no such field. The name, which may be a secret, is
            not repeated.
    """
    if name is None:
        return item
    if not isinstance(item, dict) or name not in item:
        raise ExpressionError("there is no such field")
    return item[name]
