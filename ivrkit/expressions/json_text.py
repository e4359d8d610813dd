"""JSON of other systems as values of a flow, and back. Numbers stay exact decimals."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

import msgspec

from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.decimals import DIGITS, bounded
from ivrkit.expressions.secrets import revealed
from ivrkit.expressions.values import Value, imported, spoken

MOST_DEPTH: Final = 64
"""How deep lists and records may be inside each other."""
_LONGEST_NUMBER: Final = 3 * DIGITS
"""Characters of a number that are looked at: what is longer is no number that a flow can hold."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def from_json(text: str) -> Value:
    """What a JSON text (RFC 8259) says.

    Raises:
        ValueRejected: no JSON; the same name twice in a record; a number of more than 40 digits,
            NaN or infinity; data that is nested too deeply; half a character (a lone surrogate).
            The message never quotes the text.
    """
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueRejected(
            f"it is no JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise _too_deep() from None
    _look_through(value, 0)
    return value  # type: ignore[no-any-return]


def to_json(value: Value) -> bytes:
    """A value as JSON in UTF-8, with what is secret in it. Numbers are written with all their
    digits, dates and times as ISO texts, durations as they are spoken (``5m``).

    Raises:
        ExpressionError: something in it that is no data, or half a character.
    """
    try:
        return _ENCODER.encode(_plain(revealed(value)))
    except UnicodeEncodeError:
        raise ExpressionError("a text holds half a character (a lone surrogate)") from None


def _plain(value: Any) -> Any:
    value = imported(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return Decimal(format(value, "f"))  # no exponent: not everybody reads 1E+2 as a number
    return spoken(value)


def _number(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise ValueRejected(f"a number may have {DIGITS} digits at most")
    try:
        return bounded(Decimal(text))
    except InvalidOperation:
        raise ValueRejected(f"a number may have {DIGITS} digits at most") from None


def _no_number(text: str) -> NoReturn:
    raise ValueRejected(f"{text} is no number of JSON")


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueRejected("a record has the same name twice")
    return record


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_record, parse_float=_number, parse_int=_number, parse_constant=_no_number
)


def _look_through(value: Any, depth: int) -> None:
    if isinstance(value, list | dict) and depth >= MOST_DEPTH:
        raise _too_deep()
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise ValueRejected("a text holds half a character (a lone surrogate)")
    elif isinstance(value, list):
        for each in value:
            _look_through(each, depth + 1)
    elif isinstance(value, dict):
        for name, each in value.items():
            _look_through(name, depth)
            _look_through(each, depth + 1)


def _too_deep() -> ValueRejected:
    return ValueRejected(f"its lists and records are nested more than {MOST_DEPTH} deep")
