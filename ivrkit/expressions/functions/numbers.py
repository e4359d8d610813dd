"""Functions of numbers. Halves are rounded away from zero, as in commerce, if nothing is said."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
)
from typing import Any, Final

from ivrkit.errors import BudgetExceeded, ExpressionError, ValueRejected
from ivrkit.expressions.arithmetic import arithmetic
from ivrkit.expressions.comparison import compare
from ivrkit.expressions.decimals import CONTEXT, DIGITS, calculate, number_from_text
from ivrkit.expressions.functions.bounds import field_of, whole
from ivrkit.expressions.functions.registry import function
from ivrkit.expressions.run import Run
from ivrkit.expressions.typed_text import read_time

_HALVES: Final = {"away": ROUND_HALF_UP, "even": ROUND_HALF_EVEN, "towards": ROUND_HALF_DOWN}


@function("number(value: number|text) -> number")
def number(value: Decimal | str) -> Decimal:
    """Reads a text as a number.

    Example: ``number('0012')`` is ``12``.
    """
    return value if isinstance(value, Decimal) else number_from_text(value.strip())


@function("is_number(value: any) -> flag", with_run=True)
def is_number(run: Run, value: Any) -> bool:
    """Whether a value is a number, or a text that ``number`` can read.

    Example: ``is_number('12.50')`` is ``true``.
    """
    value = run.touch(value)
    if not isinstance(value, str):
        return isinstance(value, Decimal)
    try:
        number_from_text(value.strip())
    except ValueRejected:
        return False
    return True


def rounded(value: Decimal, places: Decimal | None, rounding: str) -> Decimal:
    """The number with so many places (0 if not said), in one of decimal's ways to round.

    Raises:
        BudgetExceeded: it would have more than 40 digits.
    """
    exponent = 0 if places is None else whole(places, 0, 20)
    if value.adjusted() + exponent >= DIGITS:
        raise BudgetExceeded(f"a number may have {DIGITS} digits at most")
    return value.quantize(Decimal(1).scaleb(-exponent), rounding=rounding, context=CONTEXT)


@function("round(number: number, places: number?, halves: text?) -> same")
def round_(value: Decimal, places: Decimal | None, halves: str | None) -> Decimal:
    """The number rounded to so many places (0 if not said), halves away from zero.

    ``halves='even'`` rounds them to the even neighbour, as banks and statisticians do,
    ``'towards'`` towards zero.

    Example: ``round(2.5)`` is ``3``.
    Example: ``round(10 / 3, 2)`` is ``3.33``.
    Example: ``round(2.5, halves='even')`` is ``2``.
    """
    how = _HALVES.get("away" if halves is None else halves)
    if how is None:
        raise ExpressionError("there is no such way to round", hint="halves: away, even, towards")
    return rounded(value, places, how)


@function("floor(number: number, places: number?) -> same")
def floor(value: Decimal, places: Decimal | None) -> Decimal:
    """The number rounded down.

    Example: ``floor(2.9)`` is ``2``.
    """
    return rounded(value, places, ROUND_FLOOR)


@function("ceiling(number: number, places: number?) -> same")
def ceiling(value: Decimal, places: Decimal | None) -> Decimal:
    """The number rounded up.

    Example: ``ceiling(2.1)`` is ``3``.
    """
    return rounded(value, places, ROUND_CEILING)


@function("truncate(number: number, places: number?) -> same")
def truncate(value: Decimal, places: Decimal | None) -> Decimal:
    """The number cut off towards zero.

    Example: ``truncate(-2.9)`` is ``-2``.
    """
    return rounded(value, places, ROUND_DOWN)


@function("abs(number: number|duration) -> same")
def absolute(value: Any) -> Any:
    """The number or duration without its sign.

    Example: ``abs(-3)`` is ``3``.
    """
    return abs(value)


def _best(run: Run, sign: str, values: tuple[Any, ...]) -> Any:
    candidates = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
    run.charge(len(candidates))
    best = candidates[0] if candidates else None
    for each in candidates[1:]:
        best = each if compare(sign, each, best, run) else best
    return best


@function("min(*values: data) -> any", with_run=True)
def smallest(run: Run, *values: Any) -> Any:
    """The smallest of the values, or of the items of one list; none of an empty list.

    Example: ``min(3, 1, 2)`` is ``1``.
    """
    return _best(run, "<", values)


@function("max(*values: data) -> any", with_run=True)
def largest(run: Run, *values: Any) -> Any:
    """The largest of the values, or of the items of one list; none of an empty list.

    Example: ``max([3, 1, 2])`` is ``3``.
    """
    return _best(run, ">", values)


@function("sum(items: items, by: field?) -> inner")
def total(items: list[Any], by: str | None) -> Any:
    """The sum of the numbers or durations of a list, or of a field of its records; 0 of an empty
    one.

    Example: ``sum([1.50, 2])`` is ``3.50``.
    Example: ``sum([{'price': 2.50}, {'price': 3}], 'price')`` is ``5.50``.
    """
    values = [field_of(each, by) for each in items]
    if not values:
        return Decimal(0)
    result = values[0]
    for each in values[1:]:
        result = arithmetic("+", result, each)
    if not isinstance(result, Decimal | timedelta):
        raise ExpressionError("only numbers and durations have a sum")
    return result


@function("average(items: items, by: field?) -> inner")
def average(items: list[Any], by: str | None) -> Any:
    """The average of the numbers or durations of a list, or of a field of its records; none of an
    empty one.

    Example: ``average([1, 2])`` is ``1.5``.
    Example: ``average([{'wait': minutes(1)}, {'wait': minutes(3)}], 'wait')`` is ``minutes(2)``.
    """
    return arithmetic("/", total(items, by), Decimal(len(items))) if items else None


@function("limited(number: number|duration, least: number|duration, most: number|duration) -> same")
def limited(value: Any, least: Any, most: Any) -> Any:
    """The number or duration itself, or the bound that it is beyond.

    Example: ``limited(120, 0, 100)`` is ``100``.
    """
    if not value.__class__ is least.__class__ is most.__class__:
        raise ExpressionError("three numbers or three durations are wanted")
    if most < least:
        raise ExpressionError("the second bound is smaller than the first")
    return max(least, min(value, most))


@function("between(value: data, from: data, to: data) -> flag", with_run=True)
def between(run: Run, value: Any, first: Any, last: Any) -> bool:
    """Whether a value is not before one and not after another. Times of day may go over midnight.

    Example: ``between(5, 1, 5)`` is ``true``.
    Example: ``between(time('23:15'), '22:00', '06:00')`` is ``true``.
    """
    after, before = compare(">=", value, first, run), compare("<=", value, last, run)
    over_midnight = isinstance(value, time) and _clock(first) > _clock(last)
    return after or before if over_midnight else after and before


def _clock(value: Any) -> time:
    return value if isinstance(value, time) else read_time(value)


@function("remainder(number: number, divisor: number) -> number")
def remainder(value: Decimal, divisor: Decimal) -> Decimal:
    """What is left after whole division towards zero (``%`` divides downwards).

    Example: ``remainder(-7, 2)`` is ``-1``.
    """
    return calculate(CONTEXT.remainder, value, divisor)


@function("random(from: number, to: number) -> number", with_run=True)
def random(run: Run, first: Decimal, last: Decimal) -> Decimal:
    """A whole number by chance, both ends included. The trace keeps it for the replay.

    Example: ``random(5, 5)`` is ``5``.
    """
    low, high = whole(first, -(10**12), 10**12), whole(last, -(10**12), 10**12)
    if high < low:
        raise ExpressionError("the second number is smaller than the first")
    return Decimal(low + int(run.scope.random() * (high - low + 1)))


@function("chance(share: number) -> flag", with_run=True)
def chance(run: Run, share: Decimal) -> bool:
    """True in a share of all cases: ``chance(0.1)`` for every tenth caller or so.

    Example: ``chance(1)`` is ``true``.
    """
    return Decimal(run.scope.random()) < share
