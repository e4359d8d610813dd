"""A driver without a database: it notes what it is sent, and answers as a test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyodbc

Rows = tuple[tuple[str, ...], list[tuple[Any, ...]]]
"""The names of the columns, and the rows."""


@dataclass
class FakeDriver:
    """``answers`` gives the result sets of a statement, or raises ``pyodbc.Error``."""

    product: str
    answers: Callable[[str], list[Rows]]
    sent: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    autocommit_: bool = True

    def connect(self, string: str, *, autocommit: bool, timeout: int) -> FakeDriver:
        self.sent.append((string, ()))
        return self

    @property
    def autocommit(self) -> bool:
        return self.autocommit_

    @autocommit.setter
    def autocommit(self, on: bool) -> None:
        self.autocommit_ = on
        self.sent.append((f"autocommit {on}", ()))

    def getinfo(self, which: int) -> str:
        return self.product if which == pyodbc.SQL_DBMS_NAME else "16.00.1000"

    def cursor(self) -> FakeCursor:
        return FakeCursor(self)

    def execute(self, sql: str) -> FakeCursor:
        return self.cursor().execute(sql)

    def commit(self) -> None:
        self.sent.append(("commit", ()))

    def rollback(self) -> None:
        self.sent.append(("rollback", ()))

    def close(self) -> None:
        self.sent.append(("close", ()))

    def statements(self) -> list[str]:
        return [sql for sql, _ in self.sent]


@dataclass
class FakeCursor:
    driver: FakeDriver
    sets: list[Rows] = field(default_factory=list)
    rowcount: int = -1

    @property
    def description(self) -> list[tuple[str, type]] | None:
        return [(name, str) for name in self.sets[0][0]] if self.sets else None

    def execute(self, sql: str, *values: Any) -> FakeCursor:
        self.driver.sent.append((sql, values))
        self.sets = [(names, list(rows)) for names, rows in self.driver.answers(sql)]
        return self

    def fetchone(self) -> tuple[Any, ...] | None:
        rows = self.sets[0][1]
        return rows.pop(0) if rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.sets[0][1] if self.sets else []

    def nextset(self) -> bool:
        self.sets = self.sets[1:]
        return bool(self.sets)

    def close(self) -> None:
        return
