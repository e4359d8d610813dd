"""Files, live: callers order at once, rows of a real folder are looked up and written, and a full
folder leads along the designer's way."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Asked
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.harness import exchange_of, own_flows

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

FLOW = """\
ivrkit: 1
flow: orders
language: en
variables: {customer: {number: digits, name: text}, number: digits}
exits: {no_input: bye, no_match: bye}
on_error: failed
sections:
  main:
    - answer
    - collect: {into: number, digits: 4, prompt: Your number please.}
    - file: {root: office, read: customers.csv, find: {number: "{{ number }}"}, into: customer}
      exits: {not_found: nobody}
    - file:
        root: orders
        append: "{{ today }}/{{ call.to }}.csv"
        row: {number: "{{ number }}", name: "{{ customer.name }}"}
      exits: {full: no-room, unknown: failed}
    - say: "It is written down, {{ customer.name }}."
    - hangup
  nobody:
    - say: There is no such number.
    - hangup
  no-room:
    - say: The book is full.
    - hangup
  failed:
    - say: It has failed.
    - hangup
  bye:
    - say: Good bye.
    - hangup
"""


async def test_orders_become_rows_until_the_book_is_full(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    (tmp_path / "office").mkdir()
    (tmp_path / "office/customers.csv").write_text("number,name\n4711,Ann Lee\n")
    connectors = {
        "file": {
            "office": {"root": "office", "read_only": True},
            "orders": {"root": "orders", "create": True, "largest": 0.00003},
        }
    }
    own = own_flows(tmp_path, {"orders": FLOW}, connectors)
    said = []
    async with exchange_of(asterisk, tmp_path, 6, **own) as (exchange, _):
        for number in ("4711", "0815", "4711"):
            async with exchange.calling("7600") as call:
                await call.until_asked("Your number please.")
                await call.press(number)
                await call.ends()
            said.append((call.said()[-1][0], [each.exit for each in call.happened(Asked)]))
    assert said == [
        ("It is written down, Ann Lee.", ["next", "next"]),
        ("There is no such number.", ["not_found"]),
        ("The book is full.", ["next", "full"]),
    ]
    (file,) = (tmp_path / "orders").glob("*/*.csv")
    with file.open(newline="") as stream:
        assert list(csv.DictReader(stream)) == [{"number": "4711", "name": "Ann Lee"}]
