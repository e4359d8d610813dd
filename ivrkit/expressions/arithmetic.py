"""What ``+ - * / // % **`` mean: one table of operators and kinds, for the check and the run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from ivrkit.errors import BudgetExceeded, ExpressionError
from ivrkit.expressions.decimals import CONTEXT, calculate, floor_divide, modulo, power
from ivrkit.expressions.values import kind_of

Operation = Callable[[Any, Any], Any]

_DAY: Final = timedelta(days=1)
_MICROSECOND: Final = timedelta(microseconds=1)


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """Calculate. Texts are never calculated with: a text that looks like a number stays a text.

    Raises:
        ExpressionError: the kinds do not go together, division by zero, a date out of range.
        BudgetExceeded: too large a number.
    """
    operation = OPERATIONS.get((sign, left.__class__, right.__class__))
    if operation is None:
        raise impossible(sign, kind_of(left), kind_of(right))
    try:
        return operation(left, right)
    except (OverflowError, ArithmeticError):
        raise ExpressionError("the result is out of range") from None


def impossible(sign: str, left: str, right: str) -> ExpressionError:
    """The error for kinds that an operator does not take, with the cure."""
    hint = ""
    if "none" in (left, right):
        hint = "it has no value yet: write default(…, 0)"
    elif sign == "+" and "text" in (left, right):
        hint = "~ joins texts; number(…) or duration(…) reads one"
    elif "text" in (left, right):
        hint = "number(…) or duration(…) reads a text"
    elif left in ("date", "datetime", "time") and right == "number":
        hint = "say of what: days(…), hours(…), minutes(…)"
    return ExpressionError(f"{left} {sign} {right} cannot be calculated", hint=hint)


def _number(operation: Callable[[Decimal, Decimal], Decimal]) -> Operation:
    return lambda left, right: calculate(operation, left, right)


def _scale(duration: timedelta, factor: Decimal) -> timedelta:
    """A duration times a number, to the microsecond."""
    microseconds = calculate(CONTEXT.multiply, Decimal(duration // _MICROSECOND), factor)
    if microseconds.adjusted() > 20:
        raise BudgetExceeded("this duration is too long")
    return timedelta(microseconds=int(microseconds.to_integral_value()))


def _share(duration: timedelta, divisor: Decimal) -> timedelta:
    return _scale(duration, calculate(CONTEXT.divide, Decimal(1), divisor))


def _ratio(left: timedelta, right: timedelta) -> Decimal:
    return calculate(CONTEXT.divide, Decimal(left // _MICROSECOND), Decimal(right // _MICROSECOND))


def _shift_date(day: date, duration: timedelta) -> date:
    if duration % _DAY:
        raise ExpressionError("a date moves by whole days", hint="write datetime(…) for hours")
    return day + duration


def _shift_time(moment: time, duration: timedelta) -> time:
    return (datetime.combine(date(2000, 1, 1), moment) + duration % _DAY).time()


def _between_times(left: time, right: time) -> timedelta:
    day = date(2000, 1, 1)
    return datetime.combine(day, left) - datetime.combine(day, right)


def same_zone(left: datetime, right: datetime) -> tuple[datetime, datetime]:
    """Two moments that can be compared: one without a zone is read in the zone of the other."""
    if left.tzinfo is None and right.tzinfo is not None:
        return left.replace(tzinfo=right.tzinfo), right
    if right.tzinfo is None and left.tzinfo is not None:
        return left, right.replace(tzinfo=left.tzinfo)
    return left, right


def _between(left: datetime, right: datetime) -> timedelta:
    """The time that passes between two moments, also over a change of summer time."""
    left, right = same_zone(left, right)
    return left - right if left.tzinfo is None else left.astimezone(UTC) - right.astimezone(UTC)


def _shift(moment: datetime, duration: timedelta) -> datetime:
    """The moment after a time has passed, also over a change of summer time."""
    if moment.tzinfo is None:
        return moment + duration
    return (moment.astimezone(UTC) + duration).astimezone(moment.tzinfo)


def midnight(day: date) -> datetime:
    """The beginning of a day."""
    return datetime.combine(day, time())


OPERATIONS: Final[dict[tuple[str, type, type], Operation]] = {
    ("+", Decimal, Decimal): _number(CONTEXT.add),
    ("-", Decimal, Decimal): _number(CONTEXT.subtract),
    ("*", Decimal, Decimal): _number(CONTEXT.multiply),
    ("/", Decimal, Decimal): _number(CONTEXT.divide),
    ("//", Decimal, Decimal): _number(floor_divide),
    ("%", Decimal, Decimal): _number(modulo),
    ("**", Decimal, Decimal): _number(power),
    ("+", timedelta, timedelta): lambda left, right: left + right,
    ("-", timedelta, timedelta): lambda left, right: left - right,
    ("/", timedelta, timedelta): _ratio,
    ("*", timedelta, Decimal): _scale,
    ("*", Decimal, timedelta): lambda left, right: _scale(right, left),
    ("/", timedelta, Decimal): _share,
    ("+", date, timedelta): _shift_date,
    ("+", timedelta, date): lambda left, right: _shift_date(right, left),
    ("-", date, timedelta): lambda left, right: _shift_date(left, -right),
    ("-", date, date): lambda left, right: left - right,
    ("+", datetime, timedelta): _shift,
    ("+", timedelta, datetime): lambda left, right: _shift(right, left),
    ("-", datetime, timedelta): lambda left, right: _shift(left, -right),
    ("-", datetime, datetime): _between,
    ("-", datetime, date): lambda left, right: _between(left, midnight(right)),
    ("-", date, datetime): lambda left, right: _between(midnight(left), right),
    ("+", time, timedelta): _shift_time,
    ("+", timedelta, time): lambda left, right: _shift_time(right, left),
    ("-", time, timedelta): lambda left, right: _shift_time(left, -right),
    ("-", time, time): _between_times,
}
"""The operation for an operator and the classes of its operands; nothing else can be calculated."""

_DECIMAL_KINDS: Final = frozenset({"number", "money"})
_CLASSES: Final[dict[str, type]] = {
    "number": Decimal,
    "money": Decimal,
    "duration": timedelta,
    "date": date,
    "datetime": datetime,
    "time": time,
}
_RESULTS: Final[dict[tuple[str, type, type], str]] = {
    (sign, left, right): kind
    for sign, left, right, kind in (
        ("/", timedelta, timedelta, "number"),
        ("-", date, date, "duration"),
        ("-", datetime, datetime, "duration"),
        ("-", datetime, date, "duration"),
        ("-", date, datetime, "duration"),
        ("-", time, time, "duration"),
    )
}


def result_kind(sign: str, left: str, right: str) -> str | None:
    """The kind that an operator makes of two kinds, or None if they do not go together.

    Amounts of money stay money: times a number, and sums; one divided by another is a number.
    """
    classes = (sign, _CLASSES.get(left, object), _CLASSES.get(right, object))
    if classes not in OPERATIONS:
        return None
    if left in _DECIMAL_KINDS and right in _DECIMAL_KINDS:
        ratio = sign == "/" and left == right == "money"
        return "money" if "money" in (left, right) and not ratio else "number"
    moments = [kind for kind in (left, right) if kind in ("date", "datetime", "time")]
    return _RESULTS.get(classes) or (moments[0] if moments else "duration")
