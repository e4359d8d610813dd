"""Statements for the driver itself, where SQLAlchemy's own way costs too much: the batches.

They are written in SQLAlchemy Core as all others are, and put into the driver's words once. What
is bound is handed to the driver as it is: times as seconds, no types are applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Executable, Table, bindparam

from ivrkit.store.database import Insert, database_of

_CHUNKS = (64, 16, 8, 4, 3, 2, 1)
"""The few lengths that a driver then keeps prepared; most batches are small ones."""


class Prepared:
    """A connection as its driver has it, for batches: looked up once, and not with every
    statement. SQLAlchemy knows nothing of transactions that are begun here."""

    __slots__ = ("connection", "cursor", "database", "dialect", "driver")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.database = database_of(connection)
        self.dialect = connection.dialect.name
        driver: Any = connection.connection.driver_connection
        self.driver, self.cursor = driver, driver.cursor()


class Statement:
    """One statement; its parameters in the order in which they stand in it."""

    __slots__ = ("_build", "_texts")

    def __init__(self, build: Callable[[Connection], Executable]) -> None:
        self._build = build
        self._texts: dict[str, str] = {}

    def each(self, prepared: Prepared, rows: Sequence[Sequence[object]]) -> None:
        """Run it for every row, in their order."""
        prepared.cursor.executemany(self.text(prepared), rows)

    def one(self, prepared: Prepared, *values: object) -> Any:
        """The first row that it finds, or None."""
        cursor = prepared.cursor
        cursor.execute(self.text(prepared), values)
        return cursor.fetchone()

    def text(self, prepared: Prepared) -> str:
        """The statement in the words of a connection's driver."""
        found = self._texts.get(prepared.dialect)
        if found is None:
            connection = prepared.connection
            found = self._texts[prepared.dialect] = _compiled(connection, self._build(connection))
        return found


class Rows:
    """A statement for many rows at once. The writer's thread competes for the interpreter with
    the loop that carries the calls, and every statement gives the interpreter away and has to win
    it back; and every one goes to a server and back."""

    __slots__ = ("_statements",)

    def __init__(self, build: Callable[[Connection, int], Executable]) -> None:
        def of(size: int) -> Statement:
            return Statement(lambda connection: build(connection, size))

        self._statements = {size: of(size) for size in _CHUNKS}

    def run(self, prepared: Prepared, rows: Sequence[Iterable[object]]) -> None:
        """Run it for all rows."""
        whole = self._statements.get(len(rows))
        if whole is not None:
            prepared.cursor.execute(whole.text(prepared), list(chain.from_iterable(rows)))
            return
        at = 0
        for size, statement in self._statements.items():
            while len(rows) - at >= size:
                chunk = rows[at : at + size]
                values = list(chain.from_iterable(chunk))
                prepared.cursor.execute(statement.text(prepared), values)
                at += size


def marks(table: Table, names: Sequence[str], size: int) -> list[dict[str, Any]]:
    """Places for the values of so many rows, in the order of the table's columns: SQLAlchemy
    writes them in that order, whatever the order of the names."""
    columns = [each for each in table.columns if each.name in names]
    assert [each.name for each in columns] == list(names)
    return [
        {each.name: bindparam(f"{each.name}_{row}", type_=each.type) for each in columns}
        for row in range(size)
    ]


def replacing(found: Insert, names: Iterable[str]) -> dict[str, Any]:
    """What ON CONFLICT sets: these columns, to what was to be inserted."""
    return {name: found.excluded[name] for name in names}


def _compiled(connection: Connection, statement: Executable) -> str:
    paramstyle = database_of(connection).paramstyle
    dialect: Any = type(connection.dialect)
    return str(statement.compile(dialect=dialect(paramstyle=paramstyle)))  # type: ignore[attr-defined]
