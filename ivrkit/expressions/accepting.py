"""Takes values of databases, JSON and expressions as values of a type."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.decimals import bounded
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.typed_text import CLASS_KINDS, READERS
from ivrkit.expressions.values import Value, imported, kind_of, spoken

if TYPE_CHECKING:
    from ivrkit.expressions.types import Type

_WRITTEN: Final = frozenset({"text", "digits", "phone", "prompt", "secret"})


def accept(type_: Type, value: Any) -> Value:
    """Take a value that is not none as one of the type; secrets are the caller's care.

    Raises:
        ValueRejected: it is no value of the type.
    """
    if type_.kind == "list":
        return _accept_list(type_, value)
    if type_.kind == "record":
        return _accept_record(type_, value)
    if type_.kind in ("any", "prompt") and not isinstance(value, str):
        return value  # type: ignore[no-any-return]
    try:
        value = imported(value)
    except ExpressionError as error:
        raise ValueRejected(error.message) from None
    if type_.kind == "choice":
        return _accept_choice(type_, value)
    if isinstance(value, str):
        reader = READERS.get(type_.kind, READERS["text"])
        return reader(value)  # type: ignore[no-any-return]
    if type_.kind in _WRITTEN:
        return _accept_written(type_, value)
    return _accept_scalar(type_, value)


def _accept_choice(type_: Type, value: Value) -> str:
    text = value if isinstance(value, str) else ""
    if text in type_.options:
        return text
    shown = f"'{text[:40]}'" if text else f"a {kind_of(value)}"
    raise ValueRejected(
        f"{shown} is not {type_.describe()}", hint=did_you_mean(text, type_.options)
    )


def _accept_written(type_: Type, value: Value) -> Value:
    """A number of a database in a field of text or digits, a date in a text."""
    if type_.kind == "text" or (isinstance(value, Decimal) and type_.kind != "prompt"):
        try:
            return READERS[type_.kind](spoken(value))  # type: ignore[no-any-return]
        except ExpressionError as error:
            raise ValueRejected(error.message, hint=error.hint) from None
    raise _not_a(type_, value)


def _accept_scalar(type_: Type, value: Value) -> Value:
    kind = CLASS_KINDS.get(value.__class__)
    if isinstance(value, Decimal) and type_.kind in ("number", "money"):
        return bounded(value)
    if kind == type_.kind:
        return value
    if type_.kind == "flag" and isinstance(value, Decimal) and value in (0, 1):
        return bool(value)  # databases without a boolean type
    if type_.kind == "date" and isinstance(value, datetime) and value.time() == time():
        return value.date()  # databases whose dates have a time
    if type_.kind == "datetime" and isinstance(value, date):
        return datetime.combine(value, time())
    if type_.kind == "time" and isinstance(value, timedelta) and 0 <= value.total_seconds() < 86400:
        return (datetime.min + value).time()  # MySQL's TIME
    raise _not_a(type_, value)


def _accept_list(type_: Type, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _not_a(type_, value)
    if type_.item is None:
        return list(value)
    return [type_.item.accept(each) for each in value]


def _accept_record(type_: Type, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _not_a(type_, value)
    if not type_.fields:
        return {str(name): each for name, each in value.items()}
    taken = {}
    for name, field in type_.fields.items():
        try:
            taken[name] = field.accept(value.get(name))
        except ValueRejected as error:
            raise ValueRejected(f"{name}: {error.message}", hint=error.hint) from None
    return taken


def _not_a(type_: Type, value: object) -> ValueRejected:
    return ValueRejected(f"a {kind_of(value)} is not {type_.describe()}")
