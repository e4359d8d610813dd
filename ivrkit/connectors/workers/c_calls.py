"""Calls functions of a shared library, inside a worker."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from ivrkit.workers.frames import Reply, Setup

GUARD: Final = b"\xa5\x5a" * 32
"""Stands behind each buffer: a function that writes beyond its end is found out."""
_SCALARS: Final[Mapping[str, Any]] = {
    "int8": ctypes.c_int8,
    "int16": ctypes.c_int16,
    "int32": ctypes.c_int32,
    "int64": ctypes.c_int64,
    "uint8": ctypes.c_uint8,
    "uint16": ctypes.c_uint16,
    "uint32": ctypes.c_uint32,
    "uint64": ctypes.c_uint64,
    "float": ctypes.c_float,
    "double": ctypes.c_double,
    "bool": ctypes.c_bool,
}
_RESULTS: Final[Mapping[str, Any]] = {
    **_SCALARS,
    "text": ctypes.c_char_p,
    "status": ctypes.c_int32,
    "none": None,
}


class CParameter(msgspec.Struct):
    """A parameter: its type, the size of its buffer, and whether a value comes back in it."""

    kind: str
    size: int
    out: bool


class CFunction(msgspec.Struct):
    """A function: its name in the library, its parameters in order, and what it returns."""

    symbol: str
    parameters: list[CParameter]
    returns: str


class CSetup(Setup, kw_only=True):
    """A library and its functions."""

    library: str
    functions: dict[str, CFunction]


class CQuestion(msgspec.Struct):
    """A call: a value for each parameter, None for what only comes back, and for NULL."""

    function: str
    values: list[Any]


class Library:
    """A library in this process. Raises OSError with the loader's text, and AttributeError for a
    function that it lacks."""

    def __init__(self, setup: CSetup) -> None:
        self._library = ctypes.CDLL(setup.library)
        self._functions = {}
        for name, declared in setup.functions.items():
            function = getattr(self._library, declared.symbol)
            function.restype = _RESULTS[declared.returns]
            self._functions[name] = (function, declared)

    def call(self, question: CQuestion) -> Reply:
        """Call a function. The reply holds what it returned, and then its outputs in order."""
        function, declared = self._functions[question.function]
        pairs = list(zip(declared.parameters, question.values, strict=True))
        held = [argument(parameter, value) for parameter, value in pairs]
        given = [
            ctypes.byref(each) if parameter.out and parameter.kind in _SCALARS else each
            for parameter, each in zip(declared.parameters, held, strict=True)
        ]
        returned = function(*given)
        for number, each in enumerate(held, 1):
            if isinstance(each, ctypes.Array) and not each.raw.endswith(GUARD):
                return Reply(
                    error=f"{question.function} wrote beyond the end of parameter {number}",
                    hint=f"it has {len(each) - len(GUARD)} bytes: see what the library needs",
                    fails=True,
                    leaves=True,
                )
        outputs = [
            result(parameter, each)
            for parameter, each in zip(declared.parameters, held, strict=True)
            if parameter.out
        ]
        return Reply(value=[returned, *outputs])


def argument(parameter: CParameter, value: Any) -> Any:
    """What C is given for a parameter, or the address of."""
    kind = _SCALARS.get(parameter.kind)
    if kind is not None:
        return kind() if value is None else kind(value)
    if value is None and not parameter.out:
        return None
    data = value or b""
    # A text that only goes in is C's own copy: even one that writes into it does no harm.
    size = parameter.size if parameter.out else len(data) + (parameter.kind == "text")
    buffer = ctypes.create_string_buffer(size + len(GUARD))
    buffer.raw = data.ljust(size, b"\0") + GUARD
    return buffer


def result(parameter: CParameter, held: Any) -> Any:
    """What came back in an output."""
    if parameter.kind in _SCALARS:
        return held.value
    data = held.raw[: parameter.size]
    return data.partition(b"\0")[0] if parameter.kind == "text" else data
