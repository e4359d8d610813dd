"""Memory: the port with which a flow keeps something from one call to the next.

A memory is a value under a key. Keys belong to the whole site: two flows that use the same key
mean the same thing, so a key that is a flow's own begins with its name (``bank:{{ call.from }}``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

import msgspec

from ivrkit.call.call import Call
from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.secrets import Secret, contains_secret
from ivrkit.expressions.values import Value, imported, spoken

LONGEST_KEY: Final = 255
"""Characters of a key."""
LARGEST_VALUE: Final = 64 * 1024
"""Bytes of a value, as JSON in UTF-8."""

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_DECODER: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered under a key. ``value`` is plain data: what JSON can hold, numbers as
    exact decimals; the type of the variable that receives it says what it means."""

    value: Any


class Memories(Protocol):
    """Remembers, recalls and forgets. Implemented by the room ``store``."""

    async def remember(self, call: Call, key: str, value: Value, keep: timedelta | None) -> None:
        """Keep a value under a key, in place of the one that was there, and return when it is
        safe. Without ``keep`` it is kept as long as the site keeps memories. Raises StoreError,
        also when the site remembers as much as it may, and ValueRejected for a value that is too
        large."""

    async def recall(self, call: Call, key: str) -> Memory | None:
        """What is kept under a key; None when there is nothing, or not any more. Raises
        StoreError."""

    async def forget(self, call: Call, key: str) -> None:
        """Keep nothing under this key any more. Raises StoreError."""


def key_of(value: str | Secret) -> str:
    """A key, as it is used. Raises ExpressionError for a secret, and for one that is empty or too
    long: with half a key, one caller would get what another has left."""
    if isinstance(value, Secret):
        raise ExpressionError(
            "the key of a memory holds a secret", hint="keys are stored as they are: use another"
        )
    if not value.strip():
        raise ExpressionError(
            "the key of a memory is empty", hint='write something before it: "bank:{{ account }}"'
        )
    if len(value) > LONGEST_KEY:
        raise ExpressionError(
            f"the key of a memory has {len(value)} characters", hint=f"{LONGEST_KEY} are allowed"
        )
    return value


def written(value: Value, most: int = LARGEST_VALUE) -> bytes:
    """A value as it is stored, in ``most`` bytes. Raises ExpressionError for a secret and
    ValueRejected for one that is too large."""
    if contains_secret(value):
        raise ExpressionError(
            "a secret cannot be remembered", hint="remember what is no secret, or a flag"
        )
    document = _ENCODER.encode(_plain(value))
    if len(document) > most:
        raise ValueRejected(
            f"a value of {len(document)} bytes is too large to be remembered",
            hint=f"{most // 1024} KB are allowed: remember the number of it instead",
        )
    return document


def read(document: bytes) -> Memory:
    """What :func:`written` was given, as plain data."""
    return Memory(_exact(_DECODER.decode(document)))


def _plain(value: Value) -> Any:
    """As JSON has it, but with numbers as exact as they are."""
    value = imported(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value if value is None or isinstance(value, bool | Decimal) else spoken(value)


def _exact(data: Any) -> Any:
    if isinstance(data, list):
        return [_exact(each) for each in data]
    if isinstance(data, dict):
        return {key: _exact(each) for key, each in data.items()}
    return Decimal(data) if type(data) is int else data
