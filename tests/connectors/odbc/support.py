"""Databases that the tests of the connector run on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pyodbc
import pytest

from ivrkit.call.requests.database import Argument, DatabaseRequest, Direction, Statement, Take
from ivrkit.connectors.connector import Place
from ivrkit.connectors.database import DatabaseConnector, DatabaseSettings
from ivrkit.connectors.guard import Guard
from ivrkit.errors import NotAvailable
from ivrkit.testing.databases import PrivateServer


def unavailable(error: NotAvailable) -> NoReturn:
    """Fail where the databases must be there (CI), skip elsewhere, never in silence."""
    if os.environ.get("CI"):
        pytest.fail(f"the tests of databases must run in CI: {error}")
    pytest.skip(f"NO DATABASE: {error}")


@dataclass(frozen=True)
class Engine:
    """A database for a test. ``name`` is that of its dialect."""

    name: str
    connection: str
    server: PrivateServer | None = None
    folder: Path = Path()

    def settings(self, **more: Any) -> DatabaseSettings:
        """Settings of the connector for it."""
        return DatabaseSettings(**{"connection": self.connection, "timeout": "20s", **more})

    def run(self, *statements: str) -> list[Any]:
        """Run statements beside the connector; the rows of the last one."""
        connection = pyodbc.connect(self.connection, autocommit=True)
        if self.name == "sqlite":
            connection.setencoding(encoding="utf-8", ctype=pyodbc.SQL_CHAR)
        try:
            rows: list[Any] = []
            for each in statements:
                cursor = connection.execute(each)
                rows = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
            return rows
        finally:
            connection.close()

    @asynccontextmanager
    async def opened(self, **more: Any) -> AsyncIterator[Asker]:
        """The connector behind its guard, as calls reach it."""
        connector = DatabaseConnector("crm", self.settings(**more), Place(self.folder))
        try:
            yield Asker(connector, Guard(connector))
        finally:
            await connector.close()


@dataclass(frozen=True)
class Asker:
    """Asks a connector as steps do."""

    connector: DatabaseConnector
    guard: Guard

    async def __call__(
        self, text: str, take: Take = Take.ROWS, *, most: int = 100, **more: Any
    ) -> Any:
        """One statement that reads, with parameters by name."""
        reads = more.pop("reads", True)
        common = {key: more.pop(key) for key in ("seconds", "repeatable") if key in more}
        return await self.guard.ask(
            DatabaseRequest(
                connector="crm",
                operation="look-up",
                statements=(Statement.of(text, take, most),),
                parameters=more,
                reads=reads,
                **common,
            )
        )

    async def write(self, text: str, take: Take = Take.COUNT, **more: Any) -> Any:
        """One statement that writes."""
        return await self(text, take, reads=False, **more)

    async def together(
        self, *statements: Statement, seconds: float | None = None, **parameters: Any
    ) -> Any:
        """A transaction."""
        return await self.guard.ask(
            DatabaseRequest(
                connector="crm",
                operation="transaction",
                statements=statements,
                transaction=True,
                seconds=seconds,
                parameters=parameters,
            )
        )

    async def procedure(self, name: str, *arguments: str, most: int = 100, **values: Any) -> Any:
        """A procedure; arguments as ``in a``, ``out b``, ``inout c``."""
        made = []
        for each in arguments:
            direction, _, argument = each.rpartition(" ")
            made.append(Argument(argument, Direction(direction or "in")))
        return await self.guard.ask(
            DatabaseRequest(
                connector="crm",
                operation=name,
                procedure=name,
                arguments=tuple(made),
                parameters=values,
                most=most,
            )
        )


async def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
