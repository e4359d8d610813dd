"""Values of a flow on their way to a worker and back: msgpack knows neither decimals nor durations,
and a text must stay a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "number": Decimal,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "datetime": datetime.fromisoformat,
    "duration": lambda days_and_more: timedelta(*days_and_more),
    "list": lambda items: [unpacked(each) for each in items],
    "record": lambda fields: {name: unpacked(each) for name, each in fields.items()},
}


def packed(value: Any) -> Any:
    """A value as msgpack has it: what is neither a text nor a flag nor None is a pair of its kind
    and its content."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, dict):
        return ["record", {name: packed(each) for name, each in value.items()}]
    if isinstance(value, list):
        return ["list", [packed(each) for each in value]]
    if isinstance(value, timedelta):
        return ["duration", [value.days, value.seconds, value.microseconds]]
    if isinstance(value, datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, time):
        return ["time", value.isoformat()]
    return ["number", str(value)]


def unpacked(data: Any) -> Any:
    """The value again."""
    if data is None or isinstance(data, str | bool):
        return data
    kind, content = data
    return _READERS[kind](content)
