"""Transactions: all or nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ivrkit.call.requests.database import Statement, Take
from ivrkit.errors import RequestRefused
from tests.connectors.odbc.support import Engine

DEBIT = Statement.of(
    "update accounts set balance = balance - :amount where number = :from_ and balance >= :amount",
    Take.COUNT,
    needs=1,
)
CREDIT = Statement.of(
    "update accounts set balance = balance + :amount where number = :to", Take.COUNT, needs=1
)
LOOK = Statement.of("select number from accounts where number = :to", Take.ROW)
WRONG = Statement.of("insert into accounts (number) values (:to)", Take.COUNT)


def balances(engine: Engine) -> list[Decimal]:
    rows = engine.run("select balance from accounts order by number")
    return [Decimal(str(row[0])) for row in rows]


async def test_all_of_it(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        moved = {"amount": Decimal("2.50"), "from_": "123456", "to": "222222"}
        assert await ask.together(DEBIT, LOOK, CREDIT, **moved) == [1, {"number": "222222"}, 1]
    assert balances(accounts) == [Decimal("10"), Decimal("2.5"), Decimal("-3.25")]


async def test_nothing_when_a_statement_fails(accounts: Engine) -> None:
    before = balances(accounts)
    async with accounts.opened() as ask:
        with pytest.raises(RequestRefused, match="refused"):
            await ask.together(DEBIT, WRONG, amount=Decimal(1), from_="123456", to="222222")
        assert balances(accounts) == before
        # The connection is as it was.
        assert await ask.write("update accounts set vip = :v", v=False) == 3
    assert accounts.run("select count(*) from accounts where vip is null") == [(0,)]


async def test_nothing_when_a_statement_finds_too_little(accounts: Engine) -> None:
    before = balances(accounts)
    async with accounts.opened() as ask:
        poor = {"amount": Decimal(1000), "from_": "123456", "to": "222222"}
        assert await ask.together(DEBIT, CREDIT, **poor) is None
        unknown = {"amount": Decimal(1), "from_": "123456", "to": "999"}
        assert await ask.together(DEBIT, CREDIT, **unknown) is None
        assert balances(accounts) == before
        enough = {"amount": Decimal(1), "from_": "123456", "to": "222222"}
        assert await ask.together(DEBIT, CREDIT, **enough) == [1, 1]


async def test_a_single_statement_may_be_one(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        assert await ask.together(LOOK, to="222222") == [{"number": "222222"}]
