"""One request on a session: statements, transactions, procedures, their answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ivrkit.call.requests.database import RESULTS, DatabaseRequest, Statement, Take
from ivrkit.call.requests.sql import Marked, marked
from ivrkit.connectors.leave import Leave
from ivrkit.connectors.odbc.dialect import OutputsIn
from ivrkit.connectors.odbc.session import GaveWay, Session
from ivrkit.connectors.odbc.values import Room, parameter, read_value
from ivrkit.errors import (
    ConnectionLost,
    ConnectorError,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
    ValueRejected,
)

if TYPE_CHECKING:
    import pyodbc

PAUSE: Final = (0.05, 0.15)
"""Seconds, from and to, between a transaction that gave way and its second try."""


@dataclass(slots=True)
class Running:
    """A request on a session, in the session's thread."""

    session: Session
    request: DatabaseRequest
    leave: Leave
    most_bytes: int

    def answer(self) -> Any:
        """Do it; see :class:`~ivrkit.call.requests.database.DatabaseRequest` for the answers.
        Raises ConnectorError."""
        try:
            with self.session.errors():
                return self._answer()
        except ValueRejected as error:
            raise RequestRefused(error.message, hint=error.hint) from None

    def _answer(self) -> Any:
        request = self.request
        self.leave.needed()
        if request.procedure is not None:
            return self._procedure(request.procedure)
        if not request.statements:
            raise RequestRefused("there is no statement to run")
        if request.together or not request.reads:
            # A write is a transaction also by itself: until its commit it is surely undone.
            answers = self._transaction()
            return answers if request.together or answers is None else answers[0]
        answer, _ = self._statement(request.statements[0])
        return answer

    # ---- statements ------------------------------------------------------------------------------

    def _transaction(self) -> list[Any] | None:
        connection, writes = self.session.connection, not self.request.reads
        if writes and not self.session.source.transactional:
            self.leave.point_of_no_return()
        connection.autocommit = False
        try:
            answers = []
            for statement in self.request.statements:
                self.leave.needed()
                answer, found = self._statement(statement)
                if found < statement.needs:
                    connection.rollback()
                    connection.autocommit = True
                    return None
                answers.append(answer)
            if writes:
                self.leave.point_of_no_return()
            self._commit()
        except BaseException as error:
            self._undo(error)
            raise
        connection.autocommit = True
        return answers

    def _commit(self) -> None:
        """Raises ConnectionLost for a commit that failed, unless the database itself says that
        nothing was done: it may have been the answer that was lost."""
        try:
            with self.session.errors():
                self.session.connection.commit()
        except (RequestRefused, GaveWay):
            raise
        except ConnectorError as error:
            raise ConnectionLost(error.message, hint=error.hint) from None

    def _undo(self, error: BaseException) -> None:
        """Roll back. Raises ConnectionLost if that fails: with the end of the connection the
        server does it, unless it was at the commit already. That a driver whose connection was
        lost there rolls back without an error says nothing either."""
        connection = self.session.connection
        try:
            connection.rollback()
            connection.autocommit = True
        except Exception:
            with suppress(Exception):
                connection.close()
            title = self.session.dialect.title
            raise ConnectionLost(f"{title} has closed the connection") from error
        if self.session.source.transactional and not isinstance(error, ConnectionLost):
            self.leave.attempt.sent = False

    def _statement(self, statement: Statement) -> tuple[Any, int]:
        """What it takes, and how many rows it has found or changed."""
        room, text = Room(statement.most, self.most_bytes), marked(statement.text)
        self.session.dialect.examine(text, read_only=self.session.source.read_only)
        with self.session.cursor() as cursor:
            self._execute(cursor, text)
            if statement.take is Take.COUNT:
                found = _changed(cursor, room)
                return Decimal(found), found
            if statement.take is Take.RESULTS:
                results = list(self._results(cursor, room))
                return results, sum(map(len, results))
            _seek_rows(cursor)
            if statement.take is Take.ROWS:
                rows = list(self._rows(cursor, room))
                return rows, len(rows)
            if statement.take is Take.ROW:
                row = next(self._rows(cursor, room), None)
                return row, int(row is not None)
            return self._one_value(cursor, room)

    def _execute(self, cursor: pyodbc.Cursor, statement: Marked) -> None:
        values = self._values(statement.names)
        self.leave.needed()
        cursor.execute(statement.sql, *values)

    def _values(self, names: Sequence[str]) -> list[Any]:
        given: Mapping[str, Any] = self.request.parameters
        missing = [name for name in names if name not in given]
        if missing:
            raise RequestRefused(f"there is no value for :{missing[0]}")
        zone, bound = self.session.source.zone, self.session.dialect.bound
        return [bound(parameter(name, given[name], zone)) for name in names]

    # ---- procedures ------------------------------------------------------------------------------

    def _procedure(self, procedure: str) -> dict[str, Any]:
        """A procedure commits when it likes: once it is called, nobody knows what is undone."""
        calling = self.session.dialect.calling(procedure, self.request.arguments)
        room = Room(self.request.most + 1, self.most_bytes)
        for statement in calling.before:
            with self.session.cursor() as cursor:
                self._execute(cursor, statement)
        if not self.request.reads:
            self.leave.point_of_no_return()
        with self.session.cursor() as cursor:
            self._execute(cursor, calling.call)
            results = list(self._result_sets(cursor, room))
        if calling.outputs is OutputsIn.AFTER:
            with self.session.cursor() as cursor:
                cursor.execute(calling.after)
                outputs = _only_row(list(self._result_sets(cursor, room)))
        elif calling.outputs is OutputsIn.NOWHERE:
            outputs = []
        else:
            outputs = _only_row(results, 0 if calling.outputs is OutputsIn.FIRST else -1)
        names = self.request.outputs
        if len(outputs) < len(names):
            raise RequestRefused(
                f"the procedure gave {len(outputs)} output values, and {len(names)} are named",
                hint=f"compare outputs with what {procedure} declares",
            )
        return {
            **dict(zip(names, outputs, strict=False)),
            RESULTS: [each.records() for each in results],
        }

    # ---- rows ------------------------------------------------------------------------------------

    def _results(self, cursor: pyodbc.Cursor, room: Room) -> Iterator[list[dict[str, Any]]]:
        return (each.records() for each in self._result_sets(cursor, room))

    def _result_sets(self, cursor: pyodbc.Cursor, room: Room) -> Iterator[ResultSet]:
        while True:
            if cursor.description is not None:
                yield ResultSet(self._names(cursor), list(self._raw_rows(cursor, room)))
            if not cursor.nextset():
                return

    def _rows(self, cursor: pyodbc.Cursor, room: Room) -> Iterator[dict[str, Any]]:
        if cursor.description is None:
            return
        names = distinct(self._names(cursor))
        for row in self._raw_rows(cursor, room):
            yield dict(zip(names, row, strict=True))

    def _one_value(self, cursor: pyodbc.Cursor, room: Room) -> tuple[Any, int]:
        row = next(self._raw_rows(cursor, room), None)
        return (None, 0) if row is None else (row[0], 1)

    def _raw_rows(self, cursor: pyodbc.Cursor, room: Room) -> Iterator[list[Any]]:
        if cursor.description is None:
            return
        names, zone = self._names(cursor), self.session.source.zone
        while (row := cursor.fetchone()) is not None:
            room.row(row)
            yield [read_value(name, each, zone) for name, each in zip(names, row, strict=True)]

    def _names(self, cursor: pyodbc.Cursor) -> list[str]:
        names = [str(column[0]) for column in cursor.description]
        if self.session.dialect.upper_case:
            names = [name.lower() if name.isupper() else name for name in names]
        return names


@dataclass(frozen=True, slots=True)
class ResultSet:
    """Rows and the names of their columns."""

    names: list[str]
    rows: list[list[Any]]

    def records(self) -> list[dict[str, Any]]:
        """Its rows as records. Raises RequestRefused."""
        names = distinct(self.names)
        return [dict(zip(names, row, strict=True)) for row in self.rows]


def distinct(names: list[str]) -> list[str]:
    """Names of columns that can be those of a record. Raises RequestRefused."""
    if len(set(names)) < len(names) or "" in names:
        twice = next((name for name in names if names.count(name) > 1), "")
        raise RequestRefused(
            f"two columns are called '{twice}'" if twice else "a column has no name",
            hint="name it in the query: … AS name",
        )
    return names


def tried_twice(work: Callable[[], Any], leave: Leave, *, harmless: bool) -> Any:
    """Do it, and once more if it gave way to another transaction: all of it was undone then.
    Raises ConnectorTimeout for a second time: nothing was changed."""
    try:
        return work()
    except GaveWay as first:
        if leave.attempt.sent and not harmless:
            raise ConnectorTimeout(first.message, hint=first.hint) from None
    # The other one needs a moment: who comes back at once takes its locks away again.
    leave.needed(within=random.uniform(*PAUSE))  # noqa: S311
    try:
        return work()
    except GaveWay as second:
        raise ConnectorTimeout(f"{second.message}, twice", hint=second.hint) from None


def not_known(error: ConnectorError, leave: Leave, *, harmless: bool) -> ConnectorError:
    """The error that tells the truth about what may have happened: a limit of time that struck
    when there could be an effect already leaves it open."""
    late = isinstance(error, ConnectorTimeout | GaveWay)
    if late and leave.attempt.sent and not harmless:
        return OutcomeUnknown(error.message, hint=error.hint)
    return error


def _only_row(results: list[ResultSet], at: int = 0) -> list[Any]:
    """The row of one of the result sets, which is taken out of them."""
    rows = results.pop(at).rows if results else []
    return rows[0] if rows else []


def _seek_rows(cursor: pyodbc.Cursor) -> None:
    """Go to the first result that has rows: counts of what was changed may come before it."""
    while cursor.description is None and cursor.nextset():
        continue


def _changed(cursor: pyodbc.Cursor, room: Room) -> int:
    """The rows that were changed. A driver that does not know gives -1."""
    known: int = cursor.rowcount
    if known >= 0 or cursor.description is None:
        return max(0, known)
    count = 0
    while (row := cursor.fetchone()) is not None:
        room.row(row)
        count += 1
    return count
