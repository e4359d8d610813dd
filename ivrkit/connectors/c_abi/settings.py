"""What the configuration says of a library and its functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from ivrkit.call.settings import Section
from ivrkit.connectors.c_abi.types import NONE, STATUS, CType
from ivrkit.connectors.connector import ConnectorSettings, Place
from ivrkit.errors import ValueRejected
from ivrkit.flow.world import Function

RETURNED: Final = "returned"
"""The name of what the function itself gives back, in a record of several outputs."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SYMBOL: Final = r"^[A-Za-z_][A-Za-z0-9_]*$"


def _typed(text: str, scale: int = 0) -> CType:
    try:
        return CType.read(text, scale)
    except ValueRejected as error:
        raise ValueError(str(error)) from None


class ParameterSettings(Section):
    """A parameter of a C function, in the order of its declaration. ``type`` is int8 to int64,
    uint8 to uint64, float, double, bool, text(64) or bytes(16), the size in bytes; ``scale: 2``
    makes 12.50 the whole number 1250. ``out`` gives the address, and takes the value from there.
    ``value`` is a constant that flows do not give: the size of a buffer. ``optional`` texts and
    bytes may be none, which is NULL."""

    name: str = Field(min_length=1)
    type: str
    scale: int = Field(default=0, ge=0, le=18)
    out: bool = False
    value: str | None = None
    optional: bool = False

    @field_validator("value", mode="before")
    @classmethod
    def _text_of(cls, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else str(value)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        c_type = self.c_type
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"'{self.name[:40]}' is no name: write snake_case")
        if self.out and c_type.is_buffer and not c_type.size:
            raise ValueError(f"{self.name} needs a size: write {c_type.kind}(128)")
        if self.optional and (self.out or not c_type.is_buffer):
            raise ValueError(f"{self.name}: only a text or bytes that go in can be NULL")
        return self

    @property
    def c_type(self) -> CType:
        """Its type."""
        return _typed(self.type, self.scale)

    @property
    def asked(self) -> bool:
        """Whether a flow gives its value."""
        return not self.out and self.value is None


class FunctionSettings(Section):
    """A function that flows may call. ``symbol`` is its name in the library, where it is another.
    ``returns`` is a type, none, or status: a number that is 0 when all is well; those of
    ``not_found`` leave the step by this exit, others by `refused`. ``reads`` says that it changes
    nothing: it may be called again."""

    symbol: str = Field(default="", pattern=rf"^$|{_SYMBOL}")
    parameters: tuple[ParameterSettings, ...] = ()
    returns: str = NONE
    scale: int = Field(default=0, ge=0, le=18)
    not_found: tuple[int, ...] = ()
    reads: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        names = [each.name for each in self.parameters]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two parameters are called {name}")
        if RETURNED in names:
            raise ValueError(f"'{RETURNED}' is the function's own result: call it another name")
        if self.returns in (NONE, STATUS):
            if self.scale:
                raise ValueError(f"{self.returns} takes no scale")
        elif _typed(self.returns, self.scale).kind == "bytes":
            raise ValueError("a function gives no bytes: make them a parameter with out: true")
        if self.not_found and self.returns != STATUS:
            raise ValueError("not_found names numbers of a status: write returns: status")
        return self

    @property
    def c_returns(self) -> CType | None:
        """The type of its result; None where it has none, or a status."""
        if self.returns in (NONE, STATUS):
            return None
        return _typed(self.returns, self.scale)


class NativeSettings(ConnectorSettings):
    """A shared library, and those of its functions that flows may call. ``library`` is its file;
    ``workers`` is how many processes call it, one call each at a time. ``encoding`` is that of
    its texts. A worker has at most ``megabytes`` of memory, and of the environment nothing but
    ``environment``."""

    library: Path
    functions: dict[str, FunctionSettings] = Field(min_length=1)
    workers: int = Field(default=2, ge=1, le=64)
    encoding: str = "utf-8"
    megabytes: int = Field(default=1024, ge=64)
    environment: dict[str, SecretStr] = Field(default_factory=dict)

    def offers(self, place: Place) -> Mapping[str, Function]:
        return {
            name: Function(
                {one.name: not one.optional for one in each.parameters if one.asked}, each.reads
            )
            for name, each in self.functions.items()
        }

    def reads(self, operation: str) -> bool:
        found = self.functions.get(operation)
        return found is not None and found.reads

    @field_validator("functions")
    @classmethod
    def _named(cls, functions: dict[str, FunctionSettings]) -> dict[str, FunctionSettings]:
        for name, each in functions.items():
            if not re.fullmatch(_SYMBOL, each.symbol or name):
                raise ValueError(f"'{name[:40]}' is no name of a function")
        return functions

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str) -> str:
        try:
            if "\0".encode(encoding) == b"\0":
                return encoding
        except LookupError:
            pass
        raise ValueError(f"'{encoding[:40]}' is no encoding of texts in C")
