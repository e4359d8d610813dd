"""Procedures: values in and out, several result sets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ivrkit.call.requests.database import Take
from ivrkit.errors import RequestRefused
from tests.connectors.odbc.support import Engine

POSTGRESQL = (
    "create or replace procedure move(account text, inout amount numeric, out note text, "
    "inout stamp date) language plpgsql as $$ begin amount := amount * 2; "
    "note := '→ ' || account; stamp := stamp + 1; end $$",
    "create or replace procedure nothing(a int) language plpgsql as $$ begin perform a; end $$",
    "create or replace function twice(n numeric) returns numeric language sql as 'select n * 2'",
    "create or replace procedure fails() language plpgsql as "
    "$$ begin raise exception 'no such order' using errcode = 'P0042'; end $$",
)
MARIADB = (
    "create or replace procedure move(account varchar(20), inout amount decimal(10,2), "
    "out note varchar(40), inout stamp date) begin set amount = amount * 2; "
    "set note = concat('→ ', account); set stamp = date_add(stamp, interval 1 day); end",
    "create or replace procedure nothing(a int) begin declare b int; set b = a; end",
    "create or replace procedure lists(n int, out total int) begin "
    "select n as first; select seq as s, seq * 2 as d from seq_1_to_3; set total = 4; end",
    "create or replace procedure fails() begin "
    "signal sqlstate '45000' set message_text = 'no such order'; end",
)


@pytest.fixture
def procedures(server: Engine) -> Engine:
    server.run(*(POSTGRESQL if server.name == "postgresql" else MARIADB))
    return server


async def test_values_in_and_out(procedures: Engine) -> None:
    async with procedures.opened() as ask:
        answer = await ask.procedure(
            "move",
            *("in account", "inout amount", "out note", "inout stamp"),
            account="陳",
            amount=Decimal("1.25"),
            stamp=date(2026, 2, 28),
        )
    assert answer["note"] == "→ 陳"
    assert Decimal(answer["amount"]) == Decimal("2.50")
    assert str(answer["stamp"]) == "2026-03-01"
    assert answer["results"] == []


async def test_without_outputs(procedures: Engine) -> None:
    async with procedures.opened() as ask:
        assert await ask.procedure("nothing", "in a", a=Decimal(1)) == {"results": []}


async def test_several_result_sets(mariadb: Engine) -> None:
    mariadb.run(*MARIADB)
    async with mariadb.opened() as ask:
        answer = await ask.procedure("ivr.lists", "in n", "out total", n=Decimal(7))
        assert answer["total"] == 4
        assert answer["results"] == [
            [{"first": 7}],
            [{"s": 1, "d": 2}, {"s": 2, "d": 4}, {"s": 3, "d": 6}],
        ]
        results = await ask("call lists(:n, @t)", Take.RESULTS, n=Decimal(7))
        assert [len(each) for each in results] == [1, 3]
        with pytest.raises(RequestRefused, match="more than"):
            await ask.procedure("lists", "in n", "out total", n=Decimal(7), most=2)


async def test_a_procedure_that_raises_an_error(procedures: Engine) -> None:
    async with procedures.opened() as ask:
        with pytest.raises(RequestRefused, match="no such order"):
            await ask.procedure("fails")
        assert await ask("select 1", Take.VALUE) == 1


async def test_one_that_is_not_there(procedures: Engine) -> None:
    async with procedures.opened() as ask:
        with pytest.raises(RequestRefused):
            await ask.procedure("nowhere", "in a", a="x")


@pytest.mark.parametrize("name", ["a; drop table x", "a b", "", "a(", "1a", "a.b.c.d.e", "a-b"])
async def test_nothing_but_a_name_is_called(procedures: Engine, name: str) -> None:
    async with procedures.opened() as ask:
        with pytest.raises(RequestRefused, match="no name of a procedure"):
            await ask.procedure(name)


async def test_a_function_of_postgresql_is_asked_for_by_a_query(postgresql: Engine) -> None:
    postgresql.run(*POSTGRESQL)
    async with postgresql.opened() as ask:
        with pytest.raises(RequestRefused, match="select name") as caught:
            await ask.procedure("twice", "in n", n=Decimal("1.5"))
        assert "query" in caught.value.hint
        assert await ask("select twice(:n)", Take.VALUE, n=Decimal("1.5")) == 3


async def test_sqlite_has_none(sqlite: Engine) -> None:
    async with sqlite.opened() as ask:
        with pytest.raises(RequestRefused, match="no procedures"):
            await ask.procedure("x")
