"""ODBC connection strings: ``KEY=value;KEY={any;thing};`` (ODBC Programmer's Reference,
SQLDriverConnect)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Self

from ivrkit.errors import ConfigurationError

_PIECE: Final = re.compile(
    r"\s*(?P<key>[^=;{}]+?)\s*=\s*(?P<value>\{(?:[^}]|\}\})*\}|(?!\{)[^;]*?)\s*(?:;|\Z)"
)
_NEEDS_BRACES: Final = re.compile(r"[\[\]{}(),;?*=!@\s]|\A\Z")
PASSWORDS: Final = ("PWD", "PASSWORD")


class ConnectionString:
    """A connection string that can be looked into and added to; what is not touched stays as it
    was written. Keys know no case. Raises ConfigurationError for what is no connection string; the
    message does not quote it."""

    def __init__(self, text: str) -> None:
        self._pieces: list[tuple[str, str]] = []
        position = 0
        while position < len(text) and text[position:].strip("; \t\r\n"):
            found = _PIECE.match(text, position)
            if found is None:
                raise ConfigurationError(
                    "connection is no ODBC connection string",
                    hint="KEY=value; pairs, with {} around a value that holds ; or =",
                )
            self._pieces.append((found["key"].strip("; \t\r\n"), found["value"]))
            position = found.end()

    @classmethod
    def made(cls, values: Mapping[str, str]) -> Self:
        """Of keys and values."""
        made = cls("")
        for key, value in values.items():
            made.set(key, value)
        return made

    def get(self, key: str) -> str | None:
        """The value of a key, without its braces."""
        for each, value in self._pieces:
            if each.upper() == key.upper():
                return _bare(value)
        return None

    def set(self, key: str, value: str) -> None:
        """Give a key this value."""
        self._pieces = [piece for piece in self._pieces if piece[0].upper() != key.upper()]
        self._pieces.append((key, _braced(value)))

    def add(self, values: Mapping[str, str]) -> None:
        """Those of the values whose keys are not there yet."""
        for key, value in values.items():
            if self.get(key) is None:
                self.set(key, value)

    @property
    def secrets(self) -> list[str]:
        """The passwords in it."""
        return [value for key in PASSWORDS if (value := self.get(key))]

    def __str__(self) -> str:
        return "".join(f"{key}={value};" for key, value in self._pieces)


def _bare(value: str) -> str:
    if value.startswith("{") and value.endswith("}"):
        return value[1:-1].replace("}}", "}")
    return value


def _braced(value: str) -> str:
    if _NEEDS_BRACES.search(value):
        return "{" + value.replace("}", "}}") + "}"
    return value
