"""Statements for the driver itself, where SQLAlchemy's own way costs too much: the batches.

They are written in SQLAlchemy Core as all others are, and put into the driver's words once. What
is bound is handed to the driver as it is: times as seconds, no types are applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Executable, Table, bindparam

from ivrkit.store.database import Insert, database_of

_CHUNKS = (64, 16, 8, 4, 3, 2, 1)
"""The few lengths that a driver then keeps prepared; most batches are small ones."""


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """In which only statements of this file are run: SQLAlchemy knows nothing of it."""
    driver: Any = connection.connection.driver_connection
    database_of(connection).begin(driver)
    try:
        yield
        driver.commit()
    except BaseException:
        with suppress(Exception):  # what went wrong first is what is told
            driver.rollback()
        raise


class Statement:
    """One statement; its parameters in the order in which they stand in it."""

    def __init__(self, build: Callable[[Connection], Executable]) -> None:
        self._build = build
        self._texts: dict[str, str] = {}

    def each(self, connection: Connection, rows: Sequence[Sequence[object]]) -> None:
        """Run it for every row, in their order."""
        cursor = connection.connection.cursor()
        cursor.executemany(self.text(connection), rows)
        cursor.close()

    def one(self, connection: Connection, *values: object) -> Any:
        """The first row that it finds, or None."""
        cursor = connection.connection.cursor()
        cursor.execute(self.text(connection), values)
        row = cursor.fetchone()
        cursor.close()
        return row

    def text(self, connection: Connection) -> str:
        """The statement in the words of a connection's driver."""
        name = connection.dialect.name
        found = self._texts.get(name)
        if found is None:
            found = self._texts[name] = _compiled(connection, self._build(connection))
        return found


class Rows:
    """A statement for many rows at once. The writer's thread competes for the interpreter with
    the loop that carries the calls, and every statement gives the interpreter away and has to win
    it back; and every one goes to a server and back."""

    def __init__(self, build: Callable[[Connection, int], Executable]) -> None:
        def of(size: int) -> Statement:
            return Statement(lambda connection: build(connection, size))

        self._statements = [(size, of(size)) for size in _CHUNKS]

    def run(self, connection: Connection, rows: Sequence[Iterable[object]]) -> None:
        """Run it for all rows."""
        if not rows:
            return
        cursor = connection.connection.cursor()
        at = 0
        for size, statement in self._statements:
            while len(rows) - at >= size:
                chunk = rows[at : at + size]
                cursor.execute(statement.text(connection), list(chain.from_iterable(chunk)))
                at += size
        cursor.close()


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
