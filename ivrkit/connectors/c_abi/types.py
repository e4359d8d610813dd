"""The types of C that parameters and results may have, and the values of a flow in them."""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.decimals import bounded
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value, imported, spoken

TEXT, BYTES, BOOL, FLOAT, DOUBLE = "text", "bytes", "bool", "float", "double"
NONE, STATUS = "none", "status"
INTEGERS: Final = {
    f"{sign}int{bits}": (0 if sign else -(1 << bits - 1), (1 << bits - (not sign)) - 1)
    for sign in ("", "u")
    for bits in (8, 16, 32, 64)
}
"""The smallest and the largest number of each."""
KINDS: Final = (*INTEGERS, FLOAT, DOUBLE, BOOL, TEXT, BYTES)
MOST_SIZE: Final = 64 * 1024
_FORM: Final = re.compile(r"([a-z0-9]+)(?:\(([1-9][0-9]{0,5})\))?")
_NUMBER: Final = Type("number")
_FLAG: Final = Type("flag")
_MOST_FLOAT: Final = Decimal(struct.unpack("f", b"\xff\xff\x7f\x7f")[0])
_FLOAT_DIGITS: Final = range(6, 10)


@dataclass(frozen=True, slots=True)
class CType:
    """A type. ``size`` is that of a text or of bytes, in bytes (the NUL that ends a text included);
    0 where none is declared. ``scale``: a whole number counts units of 10 to the power of -scale
    (cents: 2)."""

    kind: str
    size: int = 0
    scale: int = 0

    @classmethod
    def read(cls, text: str, scale: int = 0) -> CType:
        """``int32``, ``text(64)``. Raises ValueRejected."""
        found = _FORM.fullmatch(text)
        kind = found[1] if found else text
        if found is None or kind not in KINDS:
            hint = did_you_mean(kind, KINDS) or f"one of {', '.join(KINDS)}"
            raise ValueRejected(f"'{text[:40]}' is no type of C that is known here", hint=hint)
        size = int(found[2] or 0)
        if size and kind not in (TEXT, BYTES):
            raise ValueRejected(f"{kind} takes no size", hint=f"write {kind}")
        if size > MOST_SIZE:
            raise ValueRejected(f"{text} is too large", hint=f"at most {MOST_SIZE}")
        if scale and kind not in INTEGERS:
            raise ValueRejected(f"{kind} takes no scale", hint="scale belongs to whole numbers")
        return cls(kind, size, scale)

    @property
    def is_buffer(self) -> bool:
        """Whether it is given by its address: a text or bytes."""
        return self.kind in (TEXT, BYTES)

    def packed(self, value: Value, encoding: str) -> Any:
        """A value as the worker gets it: an int, a float, a bool, or bytes. None stays None.

        Raises ValueRejected, which does not repeat the value, for what does not fit.
        """
        value = imported(value)
        if value is None:
            return None
        if self.kind == BOOL:
            return bool(_accepted(_FLAG, value))
        if self.kind in (TEXT, BYTES):
            return self._bytes(value, encoding)
        number = _accepted(_NUMBER, value)
        assert isinstance(number, Decimal)
        if self.kind in INTEGERS:
            return self._integer(number)
        if self.kind == FLOAT and abs(number) > _MOST_FLOAT:
            raise ValueRejected("it does not fit into a float")
        return float(number)

    def unpacked(self, raw: Any, encoding: str) -> Value:
        """What the worker has given, as a value. Raises ValueRejected for what is none."""
        if raw is None or isinstance(raw, bool):
            return raw
        if isinstance(raw, int):
            return Decimal(raw).scaleb(-self.scale) if self.scale else Decimal(raw)
        if isinstance(raw, float):
            return self._decimal(raw)
        if self.kind == BYTES:
            return bytes(raw).hex()
        try:
            return bytes(raw).decode(encoding)
        except UnicodeDecodeError:
            raise ValueRejected(
                f"it is no text in {encoding}", hint="name its encoding: in the configuration"
            ) from None

    def _integer(self, number: Decimal) -> int:
        units = number.scaleb(self.scale)
        if units != units.to_integral_value():
            what = "a whole number" if not self.scale else f"a number with {self.scale} places"
            raise ValueRejected(f"it is not {what}")
        least, most = INTEGERS[self.kind]
        if not least <= units <= most:
            raise ValueRejected(f"it does not fit into an {self.kind} ({least} to {most})")
        return int(units)

    def _decimal(self, raw: float) -> Decimal:
        if not math.isfinite(raw):
            raise ValueRejected("it is not a number")
        if self.kind != FLOAT or raw.is_integer():
            return bounded(Decimal(repr(raw)))
        # The shortest text that is this very float: 0.1 and not 0.100000001490116.
        texts = (f"{raw:.{digits}g}" for digits in _FLOAT_DIGITS)
        return bounded(Decimal(next(text for text in texts if _single(float(text)) == raw)))

    def _bytes(self, value: Value, encoding: str) -> bytes:
        try:
            text = spoken(value)
        except ExpressionError as error:
            raise ValueRejected(error.message, hint=error.hint) from None
        if self.kind == BYTES:
            return self._hex(text)
        if "\0" in text:
            raise ValueRejected("it holds a NUL, which ends a text in C")
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            raise ValueRejected(f"it has characters that {encoding} lacks") from None
        most = (self.size or MOST_SIZE) - 1
        if len(data) > most:
            raise ValueRejected(f"it has {len(data)} bytes, and {most} are allowed")
        return data

    def _hex(self, text: str) -> bytes:
        try:
            data = bytes.fromhex(text)
        except ValueError:
            raise ValueRejected("it is not written in hex", hint="two digits per byte") from None
        if len(data) > (self.size or MOST_SIZE):
            raise ValueRejected(f"it has {len(data)} bytes, and {self.size} are allowed")
        return data


def _accepted(type_: Type, value: Value) -> Value:
    """A value as one of this type; an error does not repeat it."""
    try:
        return type_.accept(value)
    except ValueRejected:
        raise ValueRejected(f"it is not {type_.describe()}") from None


def _single(number: float) -> float:
    """The float of 32 bits nearest to it."""
    return float(struct.unpack("f", struct.pack("f", number))[0])
