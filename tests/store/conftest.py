"""Every test that takes ``url`` or ``store`` runs on both databases."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from sqlalchemy import URL

from ivrkit.errors import NotAvailable
from ivrkit.store import Store
from ivrkit.testing.databases import PrivatePostgreSQL
from tests.store.support import Ears

SCHEMAS = itertools.count(1)


def unavailable(error: NotAvailable) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"the tests of the store must run on PostgreSQL in CI: {error}")
    pytest.skip(f"NO DATABASE: {error}")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PrivatePostgreSQL]:
    try:
        with PrivatePostgreSQL() as server:
            yield server
    except NotAvailable as error:
        unavailable(error)


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A schema of its own on the server of all tests."""
    server: PrivatePostgreSQL = request.getfixturevalue("postgresql_server")
    schema = f"test_{next(SCHEMAS)}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")  # type: ignore[arg-type]
    yield server.url(schema)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE")  # type: ignore[arg-type]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    path = tmp_path / "state" / "ivrkit.db"
    return URL.create("sqlite", database=str(path)).render_as_string()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
async def store(url: str, tmp_path: Path, ears: Ears) -> AsyncIterator[Store]:
    opened = Store(url, observer=ears.observer, media=tmp_path / "state" / "media")
    await opened.open()
    yield opened
    await opened.close()
