"""Values as plain data for the store and the trace.

JSON knows neither decimals nor dates, and a text must stay a text: every other kind is wrapped in
a mapping of one key that begins with ``$``. Secrets are sealed, or lost.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NoReturn, Protocol

import msgspec

from ivrkit.errors import SecretLost
from ivrkit.expressions.durations import format_duration, parse_duration
from ivrkit.expressions.secrets import MASK, Secret
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value


class Sealer(Protocol):
    """Encrypts what must not be read in the store, bound to a call; None means: do not store it,
    and of ``unseal``: it is lost. ``ivrkit.store.Sealer`` is the real one."""

    def seal(self, plain: bytes, context: str) -> bytes | None: ...

    def unseal(self, sealed: bytes, context: str) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Seals:
    """The sealing of one call's secrets."""

    sealer: Sealer
    call: str

    def seal(self, plain: bytes) -> str | None:
        """Sealed, as a text; None when it must not be stored."""
        sealed = self.sealer.seal(plain, self.call)
        return None if sealed is None else base64.b64encode(sealed).decode()

    def unseal(self, sealed: str | None) -> bytes | None:
        """What was sealed; None when it is lost."""
        if sealed is None:
            return None
        try:
            return self.sealer.unseal(base64.b64decode(sealed), self.call)
        except ValueError:
            return None


class UnstoredSecret(Secret):
    """A secret that no capture holds, not even sealed (``secret: never_stored``)."""


class LostSecret(Secret):
    """A secret that did not survive a restart of the engine. Reading it raises SecretLost,
    wherever it stands."""

    def __init__(self) -> None:
        super().__init__(None)

    def reveal(self) -> NoReturn:
        raise SecretLost(
            "a secret did not survive a restart of the engine",
            hint="give the store a key, or ask for it again",
        )


def plain(value: Value, seals: Seals) -> Any:
    """A value as JSON data that :func:`restored` reads back."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (LostSecret, UnstoredSecret)):
        return {"$secret": None}
    if isinstance(value, Secret):
        return {"$secret": seals.seal(msgspec.json.encode(plain(value.reveal(), seals)))}
    if isinstance(value, dict):
        return {_escaped(key): plain(each, seals) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, seals) for each in value]
    if isinstance(value, timedelta):
        return {"$duration": f"{value // timedelta(microseconds=1)}us"}
    tag, text = _tagged(value)
    return {tag: text}


def restored(data: Any, seals: Seals) -> Value:
    """The value that :func:`plain` wrote."""
    if isinstance(data, list):
        return [restored(each, seals) for each in data]
    if not isinstance(data, dict):
        return data  # type: ignore[no-any-return]
    if len(data) == 1:
        tag, content = next(iter(data.items()))
        if tag == "$secret":
            return _unsealed(content, seals)
        if tag in _READERS:
            return _READERS[tag](content)
    return {
        key[1:] if key.startswith("$$") else key: restored(each, seals)
        for key, each in data.items()
    }


def guarded(value: Value, type_: Type) -> Value:
    """The value with what its type does not let be stored marked so, however deep."""
    if isinstance(value, Secret):
        return value if type_.stored else UnstoredSecret(value)
    if isinstance(value, dict):
        fields = type_.fields
        return {
            name: guarded(each, fields[name]) if name in fields else each
            for name, each in value.items()
        }
    if isinstance(value, list) and type_.item is not None:
        return [guarded(each, type_.item) for each in value]
    return value


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
        return "$duration", format_duration(value)
    if isinstance(value, datetime):
        return "$datetime", value.isoformat()
    if isinstance(value, date):
        return "$date", value.isoformat()
    if isinstance(value, time):
        return "$time", value.isoformat()
    return "$text", str(value)


def _unsealed(sealed: str | None, seals: Seals) -> Secret:
    inner = seals.unseal(sealed)
    return LostSecret() if inner is None else Secret(restored(msgspec.json.decode(inner), seals))


def _duration(text: str) -> timedelta:
    """Of microseconds: a difference of times is longer, and finer, than what people write. Captures
    of older engines have it as people do."""
    if text.endswith("us"):
        return timedelta(microseconds=int(text[:-2]))
    return parse_duration(text, negative=True)


_READERS: dict[str, Callable[[str], Value]] = {
    "$number": Decimal,
    "$duration": _duration,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$time": time.fromisoformat,
    "$text": str,
}
