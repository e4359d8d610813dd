"""Values of a flow as parameters, and what a driver gives as values of a flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from ivrkit.errors import RequestRefused, ValueRejected
from ivrkit.expressions.decimals import bounded
from ivrkit.expressions.secrets import revealed
from ivrkit.expressions.values import imported, kind_of

_LARGEST_INT: Final = 2**63
_SMALL: Final = 8
"""Bytes that are counted for a value that is no text."""


@dataclass(frozen=True, slots=True)
class Zone:
    """The time zone of a source. ``name`` None: datetimes are wall times without a zone, as they
    stand in the database; what has a zone is converted to that of the machine."""

    name: str | None = None

    def sent(self, value: datetime) -> datetime:
        """A datetime as ODBC has it: without a zone (SQL_TIMESTAMP_STRUCT)."""
        if value.tzinfo is None:
            return value
        return value.astimezone(ZoneInfo(self.name) if self.name else None).replace(tzinfo=None)

    def read(self, value: datetime) -> datetime:
        """A datetime of the database; with the zone if there is one."""
        if self.name is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=ZoneInfo(self.name))


WALL: Final = Zone()


def parameter(name: str, value: Any, zone: Zone) -> Any:
    """A value of a flow as a driver takes it: secrets opened, whole numbers as integers (so that
    an index is used and LIMIT is content), durations as seconds. Raises RequestRefused for what no
    column holds."""
    value = imported(revealed(value))
    if isinstance(value, timedelta):
        value = _seconds(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, Decimal):
        whole = value.as_tuple().exponent == 0 and abs(value) < _LARGEST_INT
        return int(value) if whole else value
    if isinstance(value, datetime):
        return zone.sent(value)
    if isinstance(value, date):
        return value
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    raise RequestRefused(
        f"the parameter {name} is a {kind_of(value)}: a database takes single values",
        hint="give its fields one by one",
    )


def _seconds(value: timedelta) -> Decimal:
    """Exactly, and without places where there are none."""
    seconds = Decimal(value // timedelta(microseconds=1)).scaleb(-6)
    whole = seconds.to_integral_value()
    return whole if whole == seconds else seconds.normalize()


def _text(name: str, value: str) -> str:
    if "\0" in value:
        raise RequestRefused(f"the parameter {name} holds a character with the number 0")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise RequestRefused(f"the parameter {name} holds half a character") from None
    return value


def read_value(column: str, value: Any, zone: Zone) -> Any:
    """A value as pyodbc gives it, as one of a flow. Numbers are exact as far as the column is; a
    UUID is a text. Raises RequestRefused for bytes and what else no flow works with."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | Decimal):
        return _number(column, value)
    if isinstance(value, datetime):
        return zone.read(value)
    if isinstance(value, date | time):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        raise RequestRefused(
            f"the column {column} holds bytes, which no flow works with",
            hint="make a text of it in the query: by a cast, hex(), encode()",
        )
    raise RequestRefused(f"the column {column} holds a {type(value).__name__}")


def _number(column: str, value: int | float | Decimal) -> Decimal:
    try:
        return bounded(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))
    except ValueRejected as error:
        raise RequestRefused(f"the column {column}: {error.message}") from None


class Room:
    """How much an answer may still hold: rows, and bytes as far as they are texts. An answer that
    is too large is refused while it is fetched, never cut off in silence."""

    def __init__(self, rows: int, size: int) -> None:
        self._rows, self._most_rows = 0, rows
        self._bytes, self._most_bytes = 0, size

    def row(self, values: Sequence[Any]) -> None:
        """One more row. Raises RequestRefused."""
        self._rows += 1
        if self._rows > self._most_rows:
            raise RequestRefused(
                f"there are more than {self._most_rows} rows",
                hint="ask for fewer by a condition or LIMIT, or say how many it may be: most",
            )
        self._bytes += sum(map(_size, values))
        if self._bytes > self._most_bytes:
            raise RequestRefused(
                f"the answer is larger than {self._most_bytes // 1024} kilobytes",
                hint="ask for fewer rows or columns, or raise kilobytes of the source",
            )


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes) else _SMALL
