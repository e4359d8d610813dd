"""Scopes made of what is given: for tests, for examples and wherever no call is at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value

_START: Final = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class FixedScope:
    """A ``Scope`` whose values, time (2026-03-02 10:00 UTC if not said) and chance stand still."""

    def __init__(
        self, values: Mapping[str, Any] | None = None, now: datetime = _START, random: float = 0.5
    ) -> None:
        self._values = values or {}
        self._now = now
        self._random = random

    def lookup(self, name: str) -> Value:
        """The value of a name. Raises KeyError if there is none."""
        return self._values[name]  # type: ignore[no-any-return]

    def now(self) -> datetime:
        """The time given."""
        return self._now

    def random(self) -> float:
        """The chance given."""
        return self._random


class FixedTypes:
    """A ``TypeScope`` of given types, written as in a flow; None where one is not known."""

    def __init__(self, types: Mapping[str, object]) -> None:
        self._types = {
            name: None if each is None else Type.read(each) for name, each in types.items()
        }

    def lookup(self, name: str) -> Type | None:
        """The type of a name. Raises KeyError if there is none."""
        return self._types[name]

    def names(self) -> Iterable[str]:
        """All names."""
        return self._types
