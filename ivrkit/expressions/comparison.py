"""What ``== != < <= > >= in`` mean.

A typed value compared with a text reads the text as its own type (``wait > '5m'``); digits are
texts and compare as texts. Equality never fails, order does where there is none.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.arithmetic import midnight, same_zone
from ivrkit.expressions.run import Run
from ivrkit.expressions.typed_text import CLASS_KINDS, READERS
from ivrkit.expressions.values import kind_of

_ORDERS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SCALARS: Final = frozenset((str, *CLASS_KINDS)) - {datetime}
_UNORDERED: Final = (bool, list, dict, type(None))


def compare(sign: str, left: Any, right: Any, run: Run) -> bool:
    """Whether the comparison holds.

    Raises:
        ExpressionError: these kinds have no order, or nothing can be in the right one.
    """
    if sign == "==":
        return equal(left, right, run)
    if sign == "!=":
        return not equal(left, right, run)
    if sign in _ORDERS:
        return bool(_ORDERS[sign](*_ordered(sign, left, right)))
    return contains(right, left, run) is (sign == "in")


def equal(left: Any, right: Any, run: Run) -> bool:
    """Whether two values are the same; a text is read as the type of the other."""
    if left.__class__ is right.__class__ and left.__class__ in _SCALARS:
        return bool(left == right)
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        return _equal_data(run.opened(left), run.opened(right), run)
    if left is None or right is None:
        return left is right
    try:
        left, right = _alike(left, right)
    except ValueRejected:
        return False
    return left.__class__ is right.__class__ and bool(left == right)


def _equal_data(left: Any, right: Any, run: Run) -> bool:
    """Lists and records item by item; both are opened, so that the budget has counted them."""
    if left.__class__ is not right.__class__ or len(left) != len(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(
            equal(value, right[name], run) for name, value in left.items()
        )
    return all(equal(*pair, run) for pair in zip(left, right, strict=True))


def contains(container: Any, value: Any, run: Run) -> bool:
    """Whether a value is an item of a list, a part of a text or the name of a record's field."""
    if isinstance(container, str):
        if isinstance(value, str):
            return value in container
        raise ExpressionError(f"a {kind_of(value)} cannot be in a text")
    if isinstance(container, list):
        run.charge(len(container))
        return any(equal(value, run.touch(each), run) for each in container)
    if isinstance(container, dict):
        return isinstance(value, str) and value in container
    if container is None:
        return False
    raise ExpressionError(f"nothing can be in a {kind_of(container)}")


def _ordered(sign: str, left: Any, right: Any) -> tuple[Any, Any]:
    try:
        pair = _alike(left, right)
    except ValueRejected as error:
        raise ExpressionError(
            f"{kind_of(left)} {sign} {kind_of(right)}: the text is no such value", hint=error.hint
        ) from None
    if pair[0].__class__ is not pair[1].__class__ or isinstance(pair[0], _UNORDERED):
        hint = "it has no value yet: write default(…)" if None in (left, right) else ""
        raise ExpressionError(
            f"{kind_of(left)} {sign} {kind_of(right)} cannot be compared", hint=hint
        )
    return pair


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Both as values of one kind, where there is one.

    Raises:
        ValueRejected: the text is no value of the other's kind.
    """
    if isinstance(left, str) and right.__class__ in CLASS_KINDS:
        left = READERS[CLASS_KINDS[right.__class__]](left)
    elif isinstance(right, str) and left.__class__ in CLASS_KINDS:
        right = READERS[CLASS_KINDS[left.__class__]](right)
    if isinstance(left, datetime) or isinstance(right, datetime):
        left, right = _moment(left), _moment(right)
        if isinstance(left, datetime) and isinstance(right, datetime):
            return same_zone(left, right)
    return left, right


def _moment(value: Any) -> Any:
    """A date beside a datetime stands for its midnight."""
    plain_date = isinstance(value, date) and not isinstance(value, datetime)
    return midnight(value) if plain_date else value
