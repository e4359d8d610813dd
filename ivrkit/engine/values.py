"""Values as plain data for the store and the trace.

JSON knows neither decimals nor dates, and a text must stay a text: every other kind is wrapped in
a mapping of one key that begins with ``$``. Secrets are sealed, or lost.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from ivrkit.expressions.durations import format_duration
from ivrkit.expressions.secrets import MASK, Secret
from ivrkit.expressions.values import Value


class Seals(Protocol):
    """Encrypts what must not be read in the store; None means: do not store it."""

    def seal(self, plain: bytes) -> bytes | None: ...

    def unseal(self, sealed: bytes) -> bytes: ...


class LostSecret(Secret):
    """A secret that did not survive a restart of the engine."""

    def __init__(self) -> None:
        super().__init__(None)


def plain(value: Value, seals: Seals) -> Any:
    """A value as JSON data that :func:`restored` reads back."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Secret):
        inner = msgspec.json.encode(plain(value.reveal(), seals))
        sealed = None if isinstance(value, LostSecret) else seals.seal(inner)
        return {"$secret": base64.b64encode(sealed).decode() if sealed is not None else None}
    if isinstance(value, dict):
        return {_escaped(key): plain(each, seals) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, seals) for each in value]
    tag, text = _tagged(value)
    return {tag: text}


def restored(data: Any, seals: Seals) -> Value:
    """The value that :func:`plain` wrote."""
    if isinstance(data, list):
        return [restored(each, seals) for each in data]
    if not isinstance(data, dict):
        return data  # type: ignore[no-any-return]
    if len(data) == 1:
        tag, text = next(iter(data.items()))
        if tag == "$secret":
            return _unsealed(text, seals)
        read = _READERS.get(tag)
        if read is not None:
            return read(text)
    return {
        key.removeprefix("$") if key.startswith("$$") else key: restored(each, seals)
        for key, each in data.items()
    }


def shown(value: Value) -> Any:
    """A value as the trace and the API show it: secrets masked, decimals as texts."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Secret):
        return MASK
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(each) for each in value]
    return _tagged(value)[1]


def _escaped(key: str) -> str:
    return "$" + key if key.startswith("$") else key


def _tagged(value: object) -> tuple[str, str]:
    if isinstance(value, Decimal):
        return "$number", format(value, "f")
    if isinstance(value, timedelta):
        return "$seconds", format_duration(value)
    if isinstance(value, datetime):
        return "$datetime", value.isoformat()
    if isinstance(value, date):
        return "$date", value.isoformat()
    if isinstance(value, time):
        return "$time", value.isoformat()
    return "$text", str(value)


def _unsealed(text: str | None, seals: Seals) -> Secret:
    if text is None:
        return LostSecret()
    try:
        inner = seals.unseal(base64.b64decode(text))
    except ValueError:
        return LostSecret()
    return Secret(restored(msgspec.json.decode(inner), seals))


def _duration(text: str) -> timedelta:
    from ivrkit.expressions.durations import parse_duration

    return parse_duration(text)


_READERS: dict[str, Callable[[str], Value]] = {
    "$number": Decimal,
    "$seconds": _duration,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$time": time.fromisoformat,
    "$text": str,
}
