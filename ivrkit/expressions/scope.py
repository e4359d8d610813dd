"""What an expression asks of its surroundings, and what it tells about itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ivrkit.errors import ValueRejected

if TYPE_CHECKING:
    from ivrkit.expressions.types import Type
    from ivrkit.expressions.values import Value


class Scope(Protocol):
    """The names and values an expression is evaluated with, its time and its chance."""

    def lookup(self, name: str) -> Value:
        """The value of a name. Raises KeyError if it is not declared."""

    def now(self) -> datetime:
        """The call's time, with its time zone. ``now`` and ``today`` are made of it."""

    def random(self) -> float:
        """Chance: at least 0, less than 1."""


class Within:
    """A scope with further names: those of an item, the number of a count."""

    def __init__(self, names: Mapping[str, Value], scope: Scope) -> None:
        self._names = names
        self._scope = scope

    def lookup(self, name: str) -> Value:
        """The value of a name. Raises KeyError."""
        return self._names[name] if name in self._names else self._scope.lookup(name)

    def now(self) -> datetime:
        """The call's time."""
        return self._scope.now()

    def random(self) -> float:
        """The call's chance."""
        return self._scope.random()


class TypeScope(Protocol):
    """The names there are and their types, for the check before a call."""

    def lookup(self, name: str) -> Type | None:
        """The type of a name; None if it is known and its type is not. KeyError if undeclared."""

    def names(self) -> Iterable[str]:
        """All names, to suggest the nearest."""


class Reference(NamedTuple):
    """A variable that an expression uses: ``customer.vip`` is ``("customer", "vip")``.

    ``offset`` and ``length`` point into the text. A path ends before an item that is computed.
    """

    path: tuple[str, ...]
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What the check found in an expression: where in its text, a stable code, and the cure.

    Codes: ``syntax``, ``undefined_name``, ``undefined_field``, ``unknown_function``,
    ``arguments``, ``wrong_type``, ``not_a_choice``, ``always_none``.
    """

    offset: int
    length: int
    code: str
    message: str
    hint: str = ""


class ExpressionSyntax(ValueRejected):
    """A text that is no expression; ``offset`` and ``length`` say which part of it is not."""

    code = "expression_syntax"

    def __init__(self, message: str, *, hint: str = "", offset: int = 0, length: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.offset = offset
        self.length = length

    def problem(self) -> Problem:
        """The same as a finding of the check."""
        return Problem(self.offset, self.length, "syntax", self.message, self.hint)
