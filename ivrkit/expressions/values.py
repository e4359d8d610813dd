"""The values a flow works with, and how they are spoken, written and judged.

Numbers are exact decimals. A text is never read back as a value: what a caller typed stays text.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.decimals import bounded, format_number
from ivrkit.expressions.durations import format_duration
from ivrkit.expressions.secrets import MASK, Secret

Value: TypeAlias = (
    str
    | bool
    | Decimal
    | date
    | time
    | datetime
    | timedelta
    | list[Any]
    | dict[str, Any]
    | Secret
    | None
)

KINDS: Final[dict[type, str]] = {
    type(None): "none",
    str: "text",
    bool: "flag",
    Decimal: "number",
    date: "date",
    time: "time",
    datetime: "datetime",
    timedelta: "duration",
    list: "list",
    dict: "record",
}
_CLASSES: Final = frozenset(KINDS)


def kind_of(value: object) -> str:
    """The kind of a value for a message: ``text``, ``number``, … (of a secret: what it holds)."""
    if isinstance(value, Secret):
        return kind_of(value.reveal())
    return KINDS.get(value.__class__, type(value).__name__)


def imported(value: Any) -> Any:
    """A Python object as a value: whole and floating numbers become decimals, tuples lists.

    Looks at the outermost object only; what is in a list or record is imported when it is used.

    Raises:
        ExpressionError: an object that is no data.
    """
    if value.__class__ in _CLASSES:
        return value
    if isinstance(value, Secret):
        return value
    try:
        if isinstance(value, int):
            return bounded(Decimal(value))
        if isinstance(value, float):
            return bounded(Decimal(repr(value)))
    except ValueRejected as error:
        raise ExpressionError(error.message) from None
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, tuple):
        return list(value)
    raise ExpressionError(f"a {type(value).__name__} is not data of a flow")


def spoken(value: Value) -> str:
    """How a value appears in a text: dates in ISO form, numbers without exponent, ``true``, ``5m``.

    Raises:
        ExpressionError: none, a list or a record has no text of its own.
    """
    value = imported(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep="T", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, Secret):
        return MASK
    raise ExpressionError(
        f"a text cannot hold a value that is {_article(value)}", hint=_cure(value)
    )


def _article(value: object) -> str:
    return "none" if value is None else f"a {kind_of(value)}"


def _cure(value: object) -> str:
    if value is None:
        return "give it a value first, or write default(…, 'text')"
    return "name one of its fields" if isinstance(value, dict) else "write join(…, ', ')"


def truth(value: Value) -> bool:
    """Whether a condition holds. None, ``false``, zero and what is empty do not.

    Dates and times always hold. The truth of a secret is told: it only decides where a flow goes.
    """
    if isinstance(value, Secret):
        return truth(value.reveal())
    return bool(value)


def plain(value: Value) -> Any:
    """A value as JSON has it: numbers as numbers, dates as ISO texts, secrets as ``••••``."""
    value = imported(value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if value is None or isinstance(value, bool) else spoken(value)
