"""The connector ``database``: settings, what is missing, probe, secrets."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ivrkit.call.requests.database import DatabaseRequest, Statement, Take
from ivrkit.connectors.connector import Place, kinds
from ivrkit.connectors.database import DatabaseConnector, DatabaseSettings
from ivrkit.connectors.guard import Guard
from ivrkit.errors import ConfigurationError, ConnectorError, NotAvailable, RequestRefused

SQLITE = "DRIVER={SQLite3};Database=bank.db;PWD=s3cret;"


def connector(connection: str, place: Path = Path(), **more: Any) -> DatabaseConnector:
    settings = DatabaseSettings(**{"connection": connection, **more})
    return DatabaseConnector("crm", settings, Place(place))


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A project with a database file."""
    with sqlite3.connect(tmp_path / "bank.db") as made:
        made.execute("create table t (n int)")
    made.close()
    return tmp_path


def test_it_is_found_by_its_kind() -> None:
    assert kinds()["database"] is DatabaseConnector


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({}, "either connection"),
        ({"connection": "x=y", "dsn": "z"}, "either connection"),
        ({"connection": "x=y", "user": "ann"}, "in the connection string"),
        ({"dsn": "z", "pool": 2, "at_once": 3}, "larger than the pool of 2"),
        ({"dsn": "z", "dialect": "postgres"}, "did you mean 'postgresql'"),
        ({"dsn": "z", "zone": "Europe/Nowhere"}, "no time zone"),
        ({"dsn": "z", "pool": 0}, "pool"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        DatabaseSettings(**settings)


def test_as_many_at_once_as_connections() -> None:
    assert DatabaseSettings(dsn="x").at_once == 5
    assert DatabaseSettings(dsn="x", pool=20).at_once == 20
    assert DatabaseSettings(dsn="x", pool=20, at_once=3).at_once == 3


def test_drivers_and_sources_that_are_not_there() -> None:
    with pytest.raises(NotAvailable, match="no ODBC driver 'PostgreSQL Nix'") as caught:
        connector("DRIVER={PostgreSQL Nix};SERVER=x;")
    assert "odbc-postgresql" in caught.value.hint
    with pytest.raises(ConfigurationError, match="names no driver"):
        connector("SERVER=x;")
    with pytest.raises(ConfigurationError, match="no ODBC connection string"):
        connector("what is this")
    with pytest.raises(ConfigurationError, match="no ODBC data source 'nowhere'"):
        DatabaseConnector("crm", DatabaseSettings(dsn="nowhere"), Place())


def test_without_pyodbc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyodbc", None)
    with pytest.raises(NotAvailable, match="pyodbc") as caught:
        connector(SQLITE)
    assert "ivrkit[database]" in caught.value.hint


def test_the_password_in_the_string_is_a_secret() -> None:
    assert {"s3cret", SQLITE} <= set(connector(SQLITE).secrets())
    assert "s3cret" not in repr(DatabaseSettings(connection=SQLITE))


async def test_a_probe_tells_what_was_found(bank: Path) -> None:
    found = await connector(SQLITE, bank).probe()
    assert found.startswith("SQLite 3.")
    assert found.endswith(" ms")


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    made = connector(SQLITE, tmp_path)
    with pytest.raises(ConnectorError, match="cannot be used"):
        await made.probe()
    assert list(tmp_path.iterdir()) == []


async def test_a_data_source_of_the_machine(
    bank: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "odbc.ini"
    file.write_text(f"[bank]\nDriver = SQLite3\nDatabase = {bank / 'bank.db'}\n")
    monkeypatch.setenv("ODBCINI", str(file))
    made = DatabaseConnector("crm", DatabaseSettings(dsn="bank", user="ann"), Place())
    assert (await made.probe()).startswith("SQLite 3.")


async def test_it_is_closed_twice_without_harm_and_refuses_then(bank: Path) -> None:
    made = connector(SQLITE, bank)
    request = DatabaseRequest(
        connector="crm",
        operation="count",
        statements=(Statement.of("select count(*) from t", Take.VALUE),),
        reads=True,
    )
    assert await Guard(made).ask(request) == 0
    await made.close()
    await made.close()
    with pytest.raises(ConnectorError, match="is closed"):
        await Guard(made).ask(request)


async def test_a_request_for_nothing(bank: Path) -> None:
    made = connector(SQLITE, bank)
    request = DatabaseRequest(connector="crm", operation="nothing", reads=True)
    with pytest.raises(RequestRefused, match="no statement"):
        await Guard(made).ask(request)
    await made.close()
