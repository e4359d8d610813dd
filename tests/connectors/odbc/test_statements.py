"""Statements on every database: what is taken, what is bound, what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ivrkit.call.requests.database import Take
from ivrkit.errors import RequestRefused
from ivrkit.expressions.secrets import Secret
from tests.connectors.odbc.support import Engine

ONE = "select name, balance, vip, since from accounts where number = :number"


async def test_one_row(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        row = await ask(ONE, Take.ROW, number="123456")
        assert row["name"] == "Ann Lee"
        assert Decimal(row["balance"]) == Decimal("12.5")
        assert row["vip"] in (True, Decimal(1))
        assert row["since"] == date(2020, 2, 29)
        assert await ask(ONE, Take.ROW, number="nobody") is None


async def test_all_rows_in_their_order(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        rows = await ask("select number, name from accounts order by number desc")
        assert [row["number"] for row in rows] == ["333333", "222222", "123456"]
        assert rows[1]["name"] == "陳大文 😀"
        assert await ask("select name from accounts where 1 = 0") == []


async def test_one_value(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        assert await ask("select count(*) from accounts", Take.VALUE) == 3
        assert (
            await ask("select since from accounts where vip = :vip", Take.VALUE, vip=False) is None
        )
        assert await ask("select name from accounts where 1 = 0", Take.VALUE) is None


async def test_rows_that_were_changed(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        change = "update accounts set balance = balance + :more where number <> :number"
        assert await ask.write(change, more=Decimal("0.10"), number="123456") == 2
        assert await ask.write(change + " and 1 = 0", more=Decimal(1), number="") == 0
        total = await ask("select sum(balance) from accounts", Take.VALUE)
        assert Decimal(total).quantize(Decimal("0.01")) == Decimal("9.45")


async def test_a_name_may_be_used_twice(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        query = "select number from accounts where name = :x or number = :x"
        assert await ask(query, Take.VALUE, x="222222") == "222222"


@pytest.mark.parametrize(
    "text",
    [
        "' or '1'='1",
        "'; drop table accounts; --",
        '" or ""="',
        "\\' or 1=1 #",
        "123456' --",
        "?",
        ":number",
        "$$",
        "%27",
    ],
)
async def test_what_a_caller_says_stays_data(accounts: Engine, text: str) -> None:
    async with accounts.opened() as ask:
        assert await ask(ONE, number=text) == []
        assert await ask("select name from accounts where name = :n", n=Secret(text)) == []
        await ask.write("update accounts set name = :n where number = :k", n=text, k="333333")
        assert await ask(ONE, Take.VALUE, number="333333") == text
        assert await ask("select count(*) from accounts", Take.VALUE) == 3


async def test_too_many_rows_are_refused(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        assert len(await ask("select number from accounts", most=3)) == 3
        with pytest.raises(RequestRefused, match="more than 2 rows"):
            await ask("select number from accounts", most=2)
        assert await ask("select 1", Take.VALUE) == 1


async def test_an_answer_that_is_too_large_is_refused_while_it_is_fetched(
    accounts: Engine,
) -> None:
    async with accounts.opened(kilobytes=1) as ask:
        with pytest.raises(RequestRefused, match="larger than 1 kilobytes"):
            await ask("select a.name, :t as t from accounts a, accounts b", t="x" * 200)


async def test_columns_need_names_of_their_own(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        with pytest.raises(RequestRefused, match="two columns are called"):
            await ask("select name, name from accounts")
        assert await ask("select name, name from accounts where number = '123456'", Take.VALUE)


@pytest.mark.parametrize(
    "statement", ["selekt 1", "select * from nothing_of_this_name", "select nix from accounts"]
)
async def test_what_the_database_refuses(accounts: Engine, statement: str) -> None:
    async with accounts.opened() as ask:
        with pytest.raises(RequestRefused, match="refused it"):
            await ask(statement)
        assert await ask("select 1", Take.VALUE) == 1


async def test_a_broken_constraint_is_refused_without_quoting_data(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        with pytest.raises(RequestRefused) as caught:
            await ask.write(
                "insert into accounts (number, name) values (:n, 'x')", n=Secret("123456")
            )
        assert "123456" not in str(caught.value)


async def test_a_parameter_that_nobody_gives(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        with pytest.raises(RequestRefused, match="no value for :number"):
            await ask(ONE)


async def test_a_source_that_only_reads_is_kept_from_writing_by_the_database(
    accounts: Engine,
) -> None:
    async with accounts.opened(read_only=True) as ask:
        assert await ask("select count(*) from accounts", Take.VALUE) == 3
        with pytest.raises(RequestRefused, match=r"(?i)read.?only"):
            await ask("delete from accounts", Take.COUNT)
        with pytest.raises(RequestRefused, match="only reads"):
            await ask.write("delete from accounts")
    assert accounts.run("select count(*) from accounts") == [(3,)]


async def test_a_statement_without_rows(accounts: Engine) -> None:
    async with accounts.opened() as ask:
        assert await ask.write("delete from accounts where 1 = 0", Take.ROWS) == []
        assert await ask.write("delete from accounts where 1 = 0", Take.ROW) is None
        assert await ask.write("create table made (a int)") == 0
    accounts.run("drop table made")


async def test_a_row_that_a_write_returns(server: Engine) -> None:
    server.run("drop table if exists notes", "create table notes (id int, note varchar(20))")
    async with server.opened() as ask:
        row = await ask.write("insert into notes values (:i, 'x') returning id", Take.ROW, i=7)
        assert row == {"id": Decimal(7)}
    assert server.run("select id, note from notes") == [(7, "x")]


async def test_a_million_rows_do_not_arrive(server: Engine) -> None:
    many = {
        "postgresql": "select n from generate_series(1, 1000000) as n",
        "mariadb": "select seq from seq_1_to_1000000",
    }
    async with server.opened() as ask:
        with pytest.raises(RequestRefused, match="more than 100 rows"):
            await ask(many[server.name])
        assert await ask(many[server.name], Take.VALUE) == 1
