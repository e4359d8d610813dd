"""Functions for sums of money: percentages, smallest coins, shares that add up."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

from ivrkit.errors import ExpressionError
from ivrkit.expressions.decimals import CONTEXT, calculate
from ivrkit.expressions.functions.bounds import whole
from ivrkit.expressions.functions.numbers import rounded
from ivrkit.expressions.functions.registry import function

_MOST_SHARES: Final = 1000


@function("percent(part: number, whole: number, places: number?) -> number")
def percent(part: Decimal, total: Decimal, places: Decimal | None) -> Decimal:
    """How many percent of the whole a part is; rounded to so many places, if they are said.

    Example: ``percent(3, 8)`` is ``37.5``.
    Example: ``percent(1, 3, 1)`` is ``33.3``.
    """
    share = calculate(CONTEXT.divide, calculate(CONTEXT.multiply, part, Decimal(100)), total)
    return share if places is None else rounded(share, places, ROUND_HALF_UP)


@function("round_to(number: number, step: number) -> same")
def round_to(value: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of a step, halves away from zero: the smallest coin, a quarter of an
    hour.

    Example: ``round_to(12.43, 0.05)`` is ``12.45``.
    """
    if step <= 0:
        raise ExpressionError("the step must be greater than 0")
    times = rounded(calculate(CONTEXT.divide, value, step), None, ROUND_HALF_UP)
    return calculate(CONTEXT.multiply, times, step)


@function("shares(amount: number, parts: number, places: number?) -> list")
def shares(amount: Decimal, parts: Decimal, places: Decimal | None) -> list[Decimal]:
    """An amount in so many parts that add up to it to the last cent (2 places if not said).

    What does not divide goes to the first ones.

    Example: ``shares(10, 3)`` is ``[3.34, 3.33, 3.33]``.
    """
    count = whole(parts, 1, _MOST_SHARES)
    digits = Decimal(2) if places is None else places
    unit = Decimal(1).scaleb(-whole(digits, 0, 20))
    units = calculate(CONTEXT.divide, amount, unit)
    if units != units.to_integral_value():
        raise ExpressionError("the amount has more places than the parts", hint="round it first")
    each = rounded(calculate(CONTEXT.divide, units, Decimal(count)), None, ROUND_FLOOR)
    more = int(calculate(CONTEXT.subtract, units, calculate(CONTEXT.multiply, each, parts)))
    return [CONTEXT.multiply(each + (n < more), unit) for n in range(count)]
