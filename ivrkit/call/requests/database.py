"""What is asked of a database: statements with named parameters, or a stored procedure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Final

from ivrkit.call.connecting import Request
from ivrkit.call.requests.sql import marked
from ivrkit.errors import ValueRejected

MOST_ROWS: Final = 100
"""Rows of an answer where nothing else is said."""
LARGEST_MOST: Final = 10_000
"""Rows that an answer may have at all."""
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
    def outputs(self) -> tuple[str, ...]:
        """The names of the values that a procedure gives back, in order."""
        return tuple(each.name for each in self.arguments if each.direction is not Direction.IN)

    @property
    def together(self) -> bool:
        """Whether it is one transaction, answered by a list."""
        return self.transaction or len(self.statements) > 1

    def given(self, answer: Any) -> Any:
        """The answer made of rows, one row or one value as a script writes them; of a transaction
        of a list with what its statements take, those at the end perhaps left out. An ``execute``
        of which nothing is said has changed one row, or as many as it ``needs``."""
        if self.procedure is not None:
            return _given_outputs(self.outputs, answer)
        if not self.together:
            return _given(self.statements[0], answer)
        answers = [] if answer is None else answer
        if not isinstance(answers, list) or len(answers) > len(self.statements):
            raise ValueRejected(
                f"a transaction answers with a list, one item for each of its "
                f"{len(self.statements)} statements",
                hint="write `answer: [1, 1]`, with what each of them changes or finds",
            )
        every = [*answers, *[None] * (len(self.statements) - len(answers))]
        return [_given(each, one) for each, one in zip(self.statements, every, strict=True)]


def _given(statement: Statement, answer: Any) -> Any:
    if statement.take is Take.COUNT:
        if answer is None:
            return Decimal(max(1, statement.needs))
        if isinstance(answer, Decimal):
            return answer
        raise ValueRejected("the number of rows that were changed is wanted", hint="write 1")
    if statement.take is Take.VALUE and not isinstance(answer, dict | list):
        return answer
    rows = _rows(answer)
    if statement.take is Take.ROWS:
        return rows
    row = rows[0] if rows else None
    return row if row is None or statement.take is Take.ROW else next(iter(row.values()), None)


def _rows(answer: Any) -> list[dict[str, Any]]:
    """Rows: a list of records, one record, or none."""
    rows = [] if answer is None else answer if isinstance(answer, list) else [answer]
    if not all(isinstance(each, dict) for each in rows):
        raise ValueRejected(
            "rows are records by the names of their columns",
            hint="write {name: Ann Lee, balance: 12.50}",
        )
    return rows


def _given_outputs(outputs: tuple[str, ...], answer: Any) -> dict[str, Any]:
    """What a procedure gives: a record of its outputs, and perhaps of ``results``; or the rows of
    its one result set."""
    given = {RESULTS: [answer]} if isinstance(answer, list) else answer or {}
    if not isinstance(given, dict) or not given.keys() <= {*outputs, RESULTS}:
        names = ", ".join((*outputs, RESULTS))
        raise ValueRejected("a procedure answers with a record", hint=f"its fields are {names}")
    results = [_rows(each) for each in given.get(RESULTS, ())]
    return {**dict.fromkeys(outputs), **given, RESULTS: results}
