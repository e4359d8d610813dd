"""What is asked of a database: statements with named parameters, or a stored procedure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from ivrkit.call.connecting import Request
from ivrkit.call.requests.sql import marked

MOST_ROWS: Final = 100
"""Rows of an answer where nothing else is said."""
RESULTS: Final = "results"
"""The name under which the answer of a procedure holds its result sets: no output is called so."""


class Take(StrEnum):
    """What is taken of the answer to a statement.

    ``row``: the first row, a record by the names of its columns; None without one. ``rows``: all,
    a list of records. ``value``: the first column of the first row; None without one. ``count``:
    the rows that were changed, a number. ``results``: every result set, a list of lists of
    records (of procedures).
    """

    ROW = "row"
    ROWS = "rows"
    VALUE = "value"
    COUNT = "count"
    RESULTS = "results"


class Direction(StrEnum):
    """Which way an argument of a procedure goes."""

    IN = "in"
    OUT = "out"
    INOUT = "inout"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a procedure. ``name`` is that of the parameter it takes its value from, and
    of the output it gives."""

    name: str
    direction: Direction = Direction.IN


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``text`` is SQL as written, with ``:names``; ``names`` are those of its
    parameters in the order in which they stand there, one used twice named twice. Of what it
    finds, ``take`` is taken, ``most`` rows at the most: more are an error, never cut off in
    silence. Where fewer than ``needs`` rows are found or changed in a transaction, all of it is
    undone."""

    text: str
    names: tuple[str, ...]
    take: Take = Take.ROWS
    most: int = MOST_ROWS
    needs: int = 0

    @classmethod
    def of(
        cls, text: str, take: Take = Take.ROWS, most: int = MOST_ROWS, needs: int = 0
    ) -> Statement:
        """A statement with its names read from the text. Raises ValueRejected."""
        return cls(text, marked(text).names, take, most, needs)

    @property
    def sql(self) -> str:
        """The text as ODBC takes it, with ``?`` for the names. Raises ValueRejected."""
        return marked(self.text).sql


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRequest(Request):
    """``statements``, or the ``procedure`` of that name with its ``arguments`` in their order.

    The values are ``parameters``, by the names that the statements and arguments use. More than
    one statement, or ``transaction``, is one transaction: all or nothing.

    Answers: of one statement outside a transaction what it ``take``-s; of a transaction the list
    of what each of its statements takes, or None when a statement found less than it ``needs``
    and all was undone; of a procedure a record of its outputs by name, and ``results``: the list
    of its result sets, each a list of records (``most`` rows in all).
    """

    kind: ClassVar[str] = "database"

    statements: tuple[Statement, ...] = ()
    transaction: bool = False
    procedure: str | None = None
    arguments: tuple[Argument, ...] = ()
    most: int = MOST_ROWS

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the arguments that go in, in order."""
        return tuple(each.name for each in self.arguments if each.direction is not Direction.OUT)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the values that a procedure gives back, in order."""
        return tuple(each.name for each in self.arguments if each.direction is not Direction.IN)

    @property
    def together(self) -> bool:
        """Whether it is one transaction, answered by a list."""
        return self.transaction or len(self.statements) > 1
