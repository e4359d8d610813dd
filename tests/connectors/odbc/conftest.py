"""One server of each kind for all tests of a worker, started when the first test wants it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivrkit.errors import NotAvailable
from ivrkit.testing.databases import PrivateMariaDB, PrivatePostgreSQL
from tests.connectors.odbc.support import Engine, unavailable

ENGINES = ("postgresql", "mariadb", "sqlite")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PrivatePostgreSQL]:
    try:
        with PrivatePostgreSQL() as server:
            yield server
    except NotAvailable as error:
        unavailable(error)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[PrivateMariaDB]:
    try:
        with PrivateMariaDB() as server:
            yield server
    except NotAvailable as error:
        unavailable(error)


@pytest.fixture
def postgresql(postgresql_server: PrivatePostgreSQL) -> Engine:
    return Engine("postgresql", postgresql_server.connection, postgresql_server)


@pytest.fixture
def mariadb(mariadb_server: PrivateMariaDB) -> Engine:
    return Engine("mariadb", mariadb_server.connection, mariadb_server)


@pytest.fixture
def sqlite(tmp_path: Path) -> Engine:
    file = tmp_path / "crm.db"
    sqlite3.connect(file).execute("vacuum").connection.close()
    return Engine("sqlite", f"DRIVER={{SQLite3}};Database={file};", folder=tmp_path)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each database in turn."""
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=ENGINES[:2])
def server(request: pytest.FixtureRequest) -> Engine:
    """Each of those that are servers."""
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def accounts(engine: Engine) -> Engine:
    """A database with a table of three accounts."""
    engine.run(
        "drop table if exists accounts",
        "create table accounts (number varchar(20) primary key, name varchar(100), "
        "balance decimal(12,2), vip boolean, since date)",
        "insert into accounts values ('123456', 'Ann Lee', 12.50, true, '2020-02-29')",
        "insert into accounts values ('222222', '陳大文 😀', 0, false, null)",
        "insert into accounts values ('333333', 'Bo O''Neil', -3.25, null, '1999-12-31')",
    )
    return engine
