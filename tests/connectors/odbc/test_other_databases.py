"""SQL Server and Oracle, of which there is no server: what is sent to a driver, and what is made
of its answers; and FreeTDS as far as it goes with nobody there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pyodbc
import pytest

from ivrkit.call.requests.database import Statement, Take
from ivrkit.errors import (
    ConnectionLost,
    ConnectorError,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
)
from ivrkit.testing import ports
from tests.connectors.odbc.fake_driver import FakeDriver, Rows
from tests.connectors.odbc.support import Engine

SQLSERVER = Engine("sqlserver", "DRIVER={FreeTDS};SERVER=127.0.0.1;PORT=1;UID=sa;PWD=x;")
WRITE = Statement.of("update t set n = :n", Take.COUNT)


def with_driver(monkeypatch: pytest.MonkeyPatch, driver: FakeDriver) -> None:
    monkeypatch.setattr(pyodbc, "connect", driver.connect)
    monkeypatch.setattr(pyodbc, "drivers", lambda: ["FreeTDS", "Oracle"])


async def test_a_procedure_of_sql_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(sql: str) -> list[Rows]:
        if "EXEC" not in sql:
            return []
        return [(("id",), [(1,), (2,)]), (("", ""), [("2.50", "→ ok")])]

    driver = FakeDriver("Microsoft SQL Server", answers)
    with_driver(monkeypatch, driver)
    async with SQLSERVER.opened() as ask:
        answer = await ask.procedure(
            "dbo.move", "in account", "inout amount", "out note", account="x", amount=Decimal("1.5")
        )
    assert answer == {"amount": "2.50", "note": "→ ok", "results": [[{"id": 1}, {"id": 2}]]}
    assert "SET XACT_ABORT ON" in driver.statements()
    assert driver.sent[-2][1] == (Decimal("1.5"), "x")


async def test_names_of_oracle_are_in_lower_case(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(sql: str) -> list[Rows]:
        return [(("NAME", "Mixed"), [("Ann", 1.5)])]

    driver = FakeDriver("Oracle", answers)
    with_driver(monkeypatch, driver)
    oracle = Engine("oracle", "DRIVER={Oracle};DBQ=x;UID=u;PWD=p;")
    async with oracle.opened(check=timedelta(microseconds=1)) as ask:
        row = await ask("select name from t where vip = :v", Take.ROW, v=True)
        assert row == {"name": "Ann", "Mixed": Decimal("1.5")}
        assert driver.sent[-1] == ("select name from t where vip = ?", (1,))
        await ask("select 2 from dual", Take.VALUE)
        assert ("SELECT 1 FROM DUAL", ()) in driver.sent


async def test_a_transaction_that_gives_way_is_tried_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    victims = iter([True, False])

    def answers(sql: str) -> list[Rows]:
        if sql.startswith("update") and next(victims, False):
            raise pyodbc.Error("40001", "[40001] deadlock victim (1205) (SQLExecute)")
        return []

    driver = FakeDriver("Microsoft SQL Server", answers)
    with_driver(monkeypatch, driver)
    async with SQLSERVER.opened() as ask:
        assert await ask.together(WRITE, n=Decimal(1)) == [0]
    done = driver.statements()
    assert done.count("rollback") == 1
    assert done.count("commit") == 1
    assert done.index("rollback") < done.index("commit")


async def test_one_that_always_gives_way_has_changed_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answers(sql: str) -> list[Rows]:
        if sql.startswith("update"):
            raise pyodbc.Error("40001", "[40001] deadlock victim (1205) (SQLExecute)")
        return []

    driver = FakeDriver("Microsoft SQL Server", answers)
    with_driver(monkeypatch, driver)
    async with SQLSERVER.opened() as ask:
        with pytest.raises(ConnectorTimeout, match="twice"):
            await ask.together(WRITE, n=Decimal(1))
    assert "commit" not in driver.statements()


async def test_an_error_that_says_nothing_is_judged_by_whether_the_database_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alive = True

    def answers(sql: str) -> list[Rows]:
        if sql == "SELECT 1" and alive:
            return [(("",), [(1,)])]
        if sql.startswith("SET"):
            return []
        raise pyodbc.Error("HY000", "[HY000] something went wrong (0) (SQLExecDirectW)")

    driver = FakeDriver("Microsoft SQL Server", answers)
    with_driver(monkeypatch, driver)
    async with SQLSERVER.opened() as ask:
        with pytest.raises(RequestRefused, match="something went wrong"):
            await ask("select x")
        alive = False
        with pytest.raises(ConnectionLost):
            await ask("select x")


@contextmanager
def mute_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind((ports.LOOPBACK, 0))
        listening.listen(5)
        yield listening.getsockname()[1]


async def test_freetds_with_nobody_there() -> None:
    free = ports.free_ports(1)
    nobody = SQLSERVER.connection.replace("PORT=1;", f"PORT={free};")
    async with SQLSERVER.opened(connection=nobody) as ask:
        with pytest.raises(ConnectionLost, match="SQL Server cannot be reached"):
            await ask("select 1")


async def test_freetds_with_a_server_that_says_nothing() -> None:
    with mute_port() as port:
        mute = SQLSERVER.connection.replace("PORT=1;", f"PORT={port};")
        async with SQLSERVER.opened(connection=mute) as ask:
            with pytest.raises(ConnectorTimeout):
                await ask("select 1", seconds=0.3)


class FailingCommit(FakeDriver):
    """A driver whose commit fails, and that rolls back as if nothing were the matter."""

    state = "08S01"

    def commit(self) -> None:
        super().commit()
        raise pyodbc.Error(self.state, f"[{self.state}] it broke (1) (SQLEndTran)")


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("08S01", OutcomeUnknown),
        ("HYT00", OutcomeUnknown),
        ("HY008", OutcomeUnknown),
        ("58030", OutcomeUnknown),
        ("23503", RequestRefused),
        ("40001", ConnectorTimeout),
    ],
)
async def test_what_became_of_a_commit_that_failed(
    monkeypatch: pytest.MonkeyPatch, state: str, error: type[ConnectorError]
) -> None:
    """A roll-back behind it says nothing: a driver whose connection is gone finds it easy."""
    driver = FailingCommit("Microsoft SQL Server", lambda sql: [])
    driver.state = state
    with_driver(monkeypatch, driver)
    async with SQLSERVER.opened() as ask:
        with pytest.raises(error):
            await ask.together(WRITE, n=Decimal(1))
    assert driver.statements().count("commit") == (2 if state == "40001" else 1)
