"""Databases, live: a caller hears a balance that a real server has given through ODBC; the server
falls silent or dies in the middle of his call, and he is led along the designer's exit."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pyodbc
import pytest

from ivrkit.call.events import Asked, Listening, Said
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.databases import PrivateMariaDB, PrivatePostgreSQL, PrivateServer
from tests.live.harness import Ears, LiveCall, exchange_of, finished

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


@pytest.mark.timeout(180)
@pytest.mark.parametrize("make", [POSTGRESQL, MARIADB], ids=lambda make: make.server.product)
async def test_a_server_that_falls_silent_and_one_that_dies(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, make: Make
) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "accounts.yaml").write_text(FLOW.replace("SLEEP", make.sleep))
    with make.server() as server:
        fill(server)
        own = {
            "flows": str(flows),
            "numbers": {"800": "accounts"},
            "connectors": {"database": {"crm": {"connection": server.connection}}},
        }
        async with exchange_of(asterisk, tmp_path / "site", 8, **own) as (exchange, _):
            async with exchange.calling("7800") as call:
                await call.until(Listening)
                await call.press("1111")
                await call.until_said("Nobody has that number")
                await hears_his_balance(call)
                # What is made of data is not kept for long.
                spoken = [Path(shutil.copy(each, tmp_path)) for each in call.files("Zoë")]
                server.mute()
                await call.press("1234")
                await call.until_said(MOMENT)
                await call.until_said(AWAY)
                await call.ends()
            server.speak()
            async with exchange.calling("7800") as following:
                await hears_his_balance(following)
                await following.press("9999")
                await following.until(Said, text=MOMENT, end="finished")
                server.kill()
                await following.until_said(AWAY)
                await following.ends()
            server.start()
            async with exchange.calling("7800") as last:
                await hears_his_balance(last)
                await last.hang_up()
                await last.ends("caller")
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
