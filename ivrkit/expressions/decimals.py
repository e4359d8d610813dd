"""Exact decimal numbers of at most 40 digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Final

from ivrkit.errors import BudgetExceeded, ExpressionError, ValueRejected

DIGITS: Final = 40
"""Most digits of a number. Larger ones are refused; further places of a fraction are rounded."""

CONTEXT: Final = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=1 - DIGITS,
    Emax=DIGITS - 1,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_MOST_POWER: Final = 1000


def number_from_text(text: str) -> Decimal:
    """Read a number as people write it: digits with an optional sign and decimal point.

    Raises:
        ValueRejected: no number (``1e3``, ``1_0``, ``1,5`` are none), or more than 40 digits.
    """
    if len(text) <= DIGITS * 2 and _NUMBER.fullmatch(text):
        if sum(map(str.isdigit, text)) <= DIGITS:
            return Decimal(text)
        raise ValueRejected(f"a number may have {DIGITS} digits at most")
    raise ValueRejected(f"'{text[:40]}' is not a number", hint="write it as 12 or 12.50")


def format_number(number: Decimal) -> str:
    """A number without an exponent, with the places it has.

    Raises:
        ExpressionError: a number larger than any that is accepted.
    """
    if not number.is_finite() or abs(number.adjusted()) > 3 * DIGITS:
        raise ExpressionError(f"a number may have {DIGITS} digits at most")
    return format(number if number else abs(number), "f")


def bounded(number: Decimal) -> Decimal:
    """The number itself if it is finite and not larger than 40 digits.

    Raises:
        ValueRejected: it is not.
    """
    if not number.is_finite():
        raise ValueRejected("infinity and 'not a number' are no numbers")
    if number.adjusted() >= DIGITS or number.adjusted() < -DIGITS:
        raise ValueRejected(f"a number may have {DIGITS} digits at most")
    return CONTEXT.plus(number)


def calculate(
    operation: Callable[[Decimal, Decimal], Decimal], left: Decimal, right: Decimal
) -> Decimal:
    """Calculate within the context; its signals become errors of the tree.

    Raises:
        BudgetExceeded: the result has more than 40 digits before its point.
        ExpressionError: division by zero.
    """
    try:
        return operation(left, right)
    except Overflow:
        raise BudgetExceeded(f"a number may have {DIGITS} digits at most") from None
    except DivisionByZero:
        raise ExpressionError("division by zero") from None
    except DecimalException:
        if not right:
            raise ExpressionError("division by zero") from None
        raise ExpressionError("this cannot be calculated") from None


def floor_divide(left: Decimal, right: Decimal) -> Decimal:
    """Division rounded down, also below zero: ``-7 // 2`` is -4."""
    quotient, rest = CONTEXT.divmod(left, right)
    return (
        CONTEXT.subtract(quotient, Decimal(1)) if rest and (rest < 0) != (right < 0) else quotient
    )


def modulo(left: Decimal, right: Decimal) -> Decimal:
    """The rest of ``floor_divide``; has the sign of the divisor."""
    rest = CONTEXT.remainder(left, right)
    return CONTEXT.add(rest, right) if rest and (rest < 0) != (right < 0) else rest


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Powers with whole exponents up to 1000; the size is looked at before it is calculated."""
    if exponent != exponent.to_integral_value() or abs(exponent) > _MOST_POWER:
        raise BudgetExceeded(f"an exponent is a whole number up to {_MOST_POWER}")
    if base and base.adjusted() * int(exponent) >= DIGITS:
        raise BudgetExceeded(f"a number may have {DIGITS} digits at most")
    if not base and exponent <= 0:
        if exponent:
            raise ExpressionError("division by zero")
        return Decimal(1)
    return CONTEXT.power(base, exponent)
