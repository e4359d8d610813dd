"""Databases, live: a caller hears a balance that a real server has given through ODBC; the server
falls silent or dies in the middle of his call, and he is led along the designer's exit."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyodbc
import pytest

from ivrkit.call.events import Asked, Listening, Said
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.databases import PrivateMariaDB, PrivatePostgreSQL, PrivateServer
from tests.live.harness import Ears, Exchange, LiveCall, exchange_of, finished, own_flows

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

DEADLINE = 6
FLOW = f"""\
ivrkit: 1
flow: accounts
language: en
variables:
  account: digits
  customer: {{name: text, balance: money}}
exits: {{no_input: bye, no_match: bye}}
sections:
  main:
    - answer
    - goto: ask
  ask:
    - collect:
        into: account
        prompt: Please enter your account number.
        digits: 4
        check:
          - database:
              source: crm
              query: |
                select name, balance from accounts
                where number = :account and SLEEP is not null
              into: customer
              timeout: {DEADLINE}s
              meanwhile: {{do: [{{say: One moment please.}}], after: 1s}}
            exits: {{not_found: wrong, timeout: away, error: away}}
        no_match: Nobody has that number.
    - say:
        - "{{{{ customer.name }}}}, your balance is"
        - {{money: customer.balance, currency: EUR}}
    - goto: ask
  away:
    - say: Our computers are asleep. Please call again.
    - hangup
  bye:
    - hangup
"""
BALANCE = "Zoë Lee, your balance is 1204 euros and 7 cents"
MOMENT, AWAY = "One moment please.", "Our computers are asleep. Please call again."


class Make(NamedTuple):
    """A make of databases; ``sleep`` takes its time for the account 9999."""

    server: type[PrivateServer]
    sleep: str


POSTGRESQL = Make(
    PrivatePostgreSQL,
    "case when number = '9999' then (select 1 from pg_sleep(30)) else 1 end",
)
MARIADB = Make(PrivateMariaDB, "case when number = '9999' then sleep(30) else 1 end")


def fill(server: PrivateServer) -> None:
    """Three accounts; of the last the look-up never ends."""
    with pyodbc.connect(server.connection) as connection:
        connection.execute(
            "create table accounts (number varchar(12) primary key, name varchar(60) not null,"
            " balance decimal(12,2) not null)"
        )
        connection.execute("insert into accounts values ('1234', 'Zoë Lee', 1204.07)")
        connection.execute("insert into accounts values ('9999', 'Nobody', 0)")
        connection.commit()
    connection.close()


async def hears_his_balance(call: LiveCall) -> None:
    """From the question to the question."""
    await call.until(Listening)
    await call.press("1234")
    await call.until_said(BALANCE)
    await call.until_asked("Please enter")


class Bank(NamedTuple):
    """A server with accounts, and the exchange of the engine that asks it."""

    server: PrivateServer
    exchange: Exchange


@asynccontextmanager
async def bank_of(
    asterisk: PrivateAsterisk, folder: Path, number: int, make: Make
) -> AsyncIterator[Bank]:
    flows = {"accounts": FLOW.replace("SLEEP", make.sleep)}
    with make.server() as server:
        fill(server)
        own = own_flows(folder, flows, {"database": {"crm": {"connection": server.connection}}})
        async with exchange_of(asterisk, folder / "site", number, **own) as (exchange, _):
            yield Bank(server, exchange)


async def falls_silent(bank: Bank, number: str, folder: Path) -> tuple[LiveCall, list[Path]]:
    """The call, and the sounds of what was made of data: these are not kept for long."""
    async with bank.exchange.calling(number) as call:
        await call.until(Listening)
        await call.press("1111")
        await call.until_said("Nobody has that number")
        await hears_his_balance(call)
        folder.mkdir()
        spoken = [Path(shutil.copy(each, folder)) for each in call.files("Zoë")]
        bank.server.mute()
        await call.press("1234")
        await call.until_said(MOMENT)
        await call.until_said(AWAY)
        await call.ends()
    return call, spoken


async def dies(bank: Bank, number: str) -> LiveCall:
    async with bank.exchange.calling(number) as call:
        await hears_his_balance(call)
        await call.press("9999")
        await call.until(Said, text=MOMENT, end="finished")
        bank.server.kill()
        await call.until_said(AWAY)
        await call.ends()
    return call


async def is_there_again(bank: Bank, number: str) -> None:
    async with bank.exchange.calling(number) as call:
        await hears_his_balance(call)
        await call.hang_up()
        await call.ends("caller")


@pytest.mark.timeout(180)
async def test_servers_that_fall_silent_and_die(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    """Two makes, each with an engine and a caller of its own, at the same time."""
    async with (
        bank_of(asterisk, tmp_path / "postgresql", 7, POSTGRESQL) as one,
        bank_of(asterisk, tmp_path / "mariadb", 8, MARIADB) as other,
    ):
        both = ((one, "7700"), (other, "7800"))
        silent = await asyncio.gather(
            *(falls_silent(bank, number, tmp_path / number) for bank, number in both)
        )
        one.server.speak()
        other.server.speak()
        dead = await asyncio.gather(*(dies(bank, number) for bank, number in both))
        one.server.start()
        other.server.start()
        await asyncio.gather(*(is_there_again(bank, number) for bank, number in both))
    for (call, spoken), following in zip(silent, dead, strict=True):
        asked = call.happened(Asked)
        assert [each.exit for each in asked] == ["not_found", "next", "timeout"]
        assert DEADLINE <= asked[-1].seconds < DEADLINE + 1
        assert [each.exit for each in following.happened(Asked)] == ["next", "error"]
        for each in (call, following):
            assert any(text.startswith(BALANCE) and end == "finished" for text, end in each.said())
            assert set(finished(MOMENT, AWAY)) <= set(each.said())
            ears = Ears(each.phone.recording())
            for file in [*spoken, *each.files(MOMENT), *each.files(AWAY)]:
                ears.hear(file)
