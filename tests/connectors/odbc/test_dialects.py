"""What is sent to databases that no test has a server of, and how dialects are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.call.requests.database import Argument, Direction
from ivrkit.connectors.odbc.dialect import (
    Dialect,
    OutputsIn,
    dialects,
    of_driver,
    of_product,
    procedure_name,
)
from ivrkit.connectors.odbc.dialects.sqlserver import SQLServer
from ivrkit.connectors.odbc.strings import ConnectionString
from ivrkit.errors import RequestRefused

ARGUMENTS = (
    Argument("a"),
    Argument("b", Direction.INOUT),
    Argument("c", Direction.OUT),
)


@pytest.mark.parametrize(
    ("driver", "name"),
    [
        ("PostgreSQL Unicode", "postgresql"),
        ("/usr/lib/x86_64-linux-gnu/odbc/psqlodbcw.so", "postgresql"),
        ("MariaDB Unicode", "mariadb"),
        ("MySQL ODBC 8.4 Unicode Driver", "mysql"),
        ("SQLite3", "sqlite"),
        ("FreeTDS", "sqlserver"),
        ("ODBC Driver 18 for SQL Server", "sqlserver"),
        ("Oracle 21 ODBC driver", "oracle"),
        ("Firebird", "other"),
    ],
)
def test_by_driver(driver: str, name: str) -> None:
    assert of_driver(driver).name == name


@pytest.mark.parametrize(
    ("product", "name"),
    [
        ("PostgreSQL", "postgresql"),
        ("MariaDB", "mariadb"),
        ("MySQL", "mysql"),
        ("Microsoft SQL Server", "sqlserver"),
        ("Oracle", "oracle"),
        ("Firebird 4", "other"),
    ],
)
def test_by_what_the_database_says(product: str, name: str) -> None:
    assert of_product(product, Dialect()).name == name


def test_a_product_that_nobody_knows_leaves_what_was_expected() -> None:
    assert of_product("Greenplum", of_driver("PostgreSQL Unicode")).name == "postgresql"


@pytest.mark.parametrize(
    ("name", "call", "names", "outputs"),
    [
        ("postgresql", "CALL p(?, ?, NULL)", ("a", "b"), OutputsIn.FIRST),
        ("mariadb", "CALL p(?, @ivrkit_1, @ivrkit_2)", ("a",), OutputsIn.AFTER),
        (
            "sqlserver",
            "SET NOCOUNT ON; DECLARE @ivrkit_1 nvarchar(4000) = ?; "
            "DECLARE @ivrkit_2 nvarchar(4000); EXEC p ?, @ivrkit_1 OUTPUT, @ivrkit_2 OUTPUT; "
            "SELECT @ivrkit_1, @ivrkit_2",
            ("b", "a"),
            OutputsIn.LAST,
        ),
    ],
)
def test_calls_with_outputs(
    name: str, call: str, names: tuple[str, ...], outputs: OutputsIn
) -> None:
    calling = dialects()[name]().calling("p", ARGUMENTS)
    assert (calling.call.sql, calling.call.names, calling.outputs) == (call, names, outputs)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("postgresql", "CALL s.p(?)"),
        ("mariadb", "CALL s.p(?)"),
        ("sqlserver", "SET NOCOUNT ON; EXEC s.p ?"),
        ("oracle", "{CALL s.p(?)}"),
    ],
)
def test_calls_without_outputs(name: str, call: str) -> None:
    calling = dialects()[name]().calling("s.p", ARGUMENTS[:1])
    assert (calling.call.sql, calling.call.names) == (call, ("a",))
    assert calling.outputs is OutputsIn.NOWHERE


def test_oracle_gives_no_outputs_through_odbc() -> None:
    with pytest.raises(RequestRefused, match="no output values"):
        dialects()["oracle"]().calling("p", ARGUMENTS)


@pytest.mark.parametrize("name", ["p;", "p()", "p --", "a..b", "'p'", "[p]", "p\n", ""])
def test_nothing_but_names_becomes_part_of_a_statement(name: str) -> None:
    with pytest.raises(RequestRefused):
        procedure_name(name)


def completed(text: str) -> ConnectionString:
    string = ConnectionString(text)
    of_driver(string.get("DRIVER") or "").complete(string, 5, Path("/srv/ivr"))
    return string


def test_what_connection_strings_do_not_say() -> None:
    assert completed("DRIVER=MariaDB Unicode;").get("CONN_TIMEOUT") == "5"
    assert completed("DRIVER=MariaDB Unicode;CONN_TIMEOUT=2").get("CONN_TIMEOUT") == "2"
    assert completed("DRIVER=PostgreSQL Unicode;").get("BoolsAsChar") == "0"
    assert completed("DRIVER=FreeTDS;SERVER=x").get("TDS_Version") == "7.4"
    assert str(completed("DRIVER={ODBC Driver 18 for SQL Server};SERVER=x;")).count(";") == 2
    assert str(completed("DRIVER={Oracle 21 ODBC driver};DBQ=x;")).count(";") == 2


def test_a_file_counts_from_the_project() -> None:
    assert completed("DRIVER=SQLite3;Database=data/bank.db").get("DATABASE") == (
        "/srv/ivr/data/bank.db"
    )
    assert completed("DRIVER=SQLite3;Database=/x/bank.db").get("DATABASE") == "/x/bank.db"
    assert completed("DRIVER=SQLite3;Database=:memory:").get("DATABASE") == ":memory:"


def test_what_sessions_are_told() -> None:
    for name, words in {
        "postgresql": ("TIME ZONE 'Europe/Berlin'", "READ ONLY"),
        "mariadb": ("time_zone = 'Europe/Berlin'", "READ ONLY", "sql_select_limit"),
        "sqlite": ("query_only",),
        "oracle": ("TIME_ZONE = 'Europe/Berlin'",),
        "sqlserver": ("XACT_ABORT",),
    }.items():
        told = " ".join(dialects()[name]().setup(read_only=True, zone="Europe/Berlin"))
        assert all(word in told for word in words), name
    assert list(Dialect().setup(read_only=True, zone=None)) == []


def test_limits_of_the_server_itself() -> None:
    assert dialects()["postgresql"]().limit(8) == "SET statement_timeout = 8000"
    assert dialects()["mariadb"]().limit(8) == "SET SESSION max_statement_time = 8"
    assert dialects()["mysql"]().limit(8) == "SET SESSION max_execution_time = 8000"
    assert SQLServer().limit(8) is None
