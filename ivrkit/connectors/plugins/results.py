"""What functions return, as plain data of a flow."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from itertools import count
from typing import Any, Final

from pydantic import BaseModel

from ivrkit.errors import ConnectorError, ExpressionError, ValueRejected
from ivrkit.expressions.decimals import bounded
from ivrkit.expressions.values import Value, imported

MOST_DEPTH: Final = 20
MOST_ITEMS: Final = 200_000
"""Values in a result, each counted as often as it stands there: lists of the same lists need next
to no memory, and all of it once they are written out."""
_HINT: Final = (
    "return None, str, bool, int, Decimal, float, date, datetime, time, timedelta, list, dict, or "
    "a data class of them"
)


def plain_result(returned: Any, name: str) -> Value:
    """A result with everything in it made plain: numbers are exact, data classes, named tuples and
    models are records, enumerations their values. Raises ConnectorError for what is no data; it
    names the type and the place in the result, never the value."""
    return _plain(returned, name, "", 0, count(1))


def _plain(value: Any, name: str, place: str, depth: int, items: Iterator[int]) -> Value:
    if depth > MOST_DEPTH:
        raise ConnectorError(f"what {name} returned is nested too deeply")
    if next(items) > MOST_ITEMS:
        raise ConnectorError(f"what {name} returned has more than {MOST_ITEMS} values")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _plain(value.value, name, place, depth + 1, items)
    if isinstance(value, date | time | timedelta):
        return value
    record = _record(value)
    if record is not None:
        return {
            _key(key, name, place): _plain(each, name, f"{place}.{key}", depth + 1, items)
            for key, each in record.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [
            _plain(each, name, f"{place}[{at}]", depth + 1, items) for at, each in enumerate(value)
        ]
    try:
        found: Value = imported(value)
        return bounded(found) if isinstance(found, Decimal) else found
    except (ExpressionError, ValueRejected) as error:
        where = f" at {place.lstrip('.')}" if place else ""
        number = isinstance(value, int | float | Decimal)
        what = error.message if number else f"a {type(value).__name__}"
        raise ConnectorError(f"what {name} returned{where} is {what}", hint=_HINT) from None


def _record(value: Any) -> Mapping[Any, Any] | None:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, BaseModel):
        return {field: getattr(value, field) for field in type(value).model_fields}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        fields: Mapping[Any, Any] = value._asdict()
        return fields
    return None


def _key(key: Any, name: str, place: str) -> str:
    if isinstance(key, str):
        return key
    where = f" at {place.lstrip('.')}" if place else ""
    raise ConnectorError(
        f"what {name} returned{where} has a key that is a {type(key).__name__}",
        hint="the keys of a record are texts",
    )
