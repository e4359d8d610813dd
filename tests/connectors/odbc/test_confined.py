"""No statement of a flow changes the connection, or leads to other files of the machine."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from ivrkit.call.requests.database import Take
from ivrkit.call.requests.sql import marked
from ivrkit.connectors.odbc.dialect import Dialect
from ivrkit.connectors.odbc.dialects.oracle import Oracle
from ivrkit.connectors.odbc.dialects.sqlserver import SQLServer
from ivrkit.errors import ConnectorError, RequestRefused, ValueRejected
from tests.connectors.odbc.support import Engine


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another database of this machine."""
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as connection:
        connection.execute("create table salaries as select 100 as amount")
    connection.close()
    return file


@pytest.mark.parametrize(
    "text",
    [
        "attach '{other}' as o",
        " ; /* x */ ATTACH '{other}' as o",
        "vacuum into '{folder}/copy.db'",
        "pragma query_only = 0",
        "select load_extension('{other}')",
        "select \"Blob_Import\"('{other}') is null",
        "select blob_export('x', '{folder}/copy.db')",
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
async def test_sqlite_leads_to_no_other_file(
    sqlite: Engine, other: Path, text: str, read_only: bool
) -> None:
    async with sqlite.opened(read_only=read_only) as ask:
        with pytest.raises(RequestRefused, match="no flow runs"):
            await ask(text.format(other=other, folder=other.parent))
    assert not (other.parent / "copy.db").exists()


@pytest.mark.parametrize("function", ["load_extension", "blob_import", "blob_export"])
async def test_neither_does_a_view_that_somebody_else_has_put_there(
    sqlite: Engine, other: Path, function: str
) -> None:
    copy = other.parent / "copy.db"
    more = f", '{copy}'" if function == "blob_export" else ""
    sqlite.run(f"create view innocent as select {function}('{other}'{more}) is null as number")
    async with sqlite.opened() as ask:
        with pytest.raises(ConnectorError, match=r"unsafe use|not authorized"):
            await ask("select number from innocent", Take.VALUE)
    assert not copy.exists()


async def test_mariadb_reads_no_file_of_this_machine(mariadb: Engine) -> None:
    text = "load data local infile '/etc/hostname' into table stolen"
    mariadb.run("create or replace table stolen (line text)")
    async with mariadb.opened() as ask:
        for each in (text, f"execute immediate '{text.replace(chr(39), chr(39) * 2)}'"):
            with pytest.raises(RequestRefused, match="no flow runs"):
                await ask.write(each)
        with pytest.raises(ValueRejected, match="some of them run"):
            await ask.write(f"/*! {text} */")
        assert await ask("select count(*) from stolen", Take.VALUE) == 0


async def test_read_only_stays_so(accounts: Engine) -> None:
    texts = (
        "set session transaction read write",
        "set session characteristics as transaction read write",
        "select 1; set session characteristics as transaction read write",
        "pragma query_only = 0",
    )
    async with accounts.opened(read_only=True) as ask:
        for text in texts:
            with pytest.raises(RequestRefused):
                await ask(text)
        with pytest.raises(ConnectorError):
            await ask("delete from accounts")
        assert await ask("select count(*) from accounts", Take.VALUE) == 3


async def test_no_function_undoes_it(postgresql: Engine) -> None:
    postgresql.run("create table if not exists kept (a integer)", "delete from kept")
    undo = "select set_config('default_transaction_read_only', 'off', false)"
    write = "insert into kept values (1) returning a"
    async with postgresql.opened(read_only=True, pool=1) as ask:
        await ask(undo)
        with pytest.raises(ConnectorError, match="read-only"):
            await ask(write)
        with pytest.raises(RequestRefused, match="one query at a time"):
            await ask(f"{undo}; {write}")
        with pytest.raises(ConnectorError, match="read-only"):
            await ask(write)


@pytest.mark.parametrize("text", ["delete from t", "merge into t", "select 1; delete from t", "t"])
def test_where_the_server_is_not_told_only_queries_are_run(text: str) -> None:
    for dialect in (SQLServer(), Oracle(), Dialect()):
        dialect.examine(marked("with a as (select 1) select * from a"), read_only=True)
        with pytest.raises(RequestRefused, match="one query at a time"):
            dialect.examine(marked(text), read_only=True)


async def test_a_transaction_is_ended_by_the_step_alone(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        for text in ("commit", "rollback", "savepoint a"):
            with pytest.raises(RequestRefused, match="no flow runs"):
                await ask.write(text)
