"""Services over HTTP, live: what a service knows is heard by a caller; a service that hangs leads
him along the designer's exit, and nobody else waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ivrkit.call.events import Asked, Listening
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.answering import answering
from tests.live.harness import Ears, LiveCall, exchange_of, finished, own_flows

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

DEADLINE = 3
FLOW = """\
ivrkit: 1
flow: accounts
language: en
variables:
  account: digits
  customer: {name: text, balance: money}
  receipt: digits
exits: {no_input: bye, no_match: bye}
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
          - http:
              service: bank
              get: /accounts/{{ account }}
              take: {name: /owner/name, balance: /balance}
              into: customer
              timeout: 3s
              meanwhile: {do: [{say: One moment please.}], after: 1s}
            exits: {not_found: wrong, timeout: away, error: away}
        no_match: Nobody has that number.
    - say:
        - "{{ customer.name }}, your balance is"
        - {money: customer.balance, currency: EUR}
    - http:
        service: bank
        post: /accounts/{{ account }}/payments
        json: {amount: "{{ customer.balance }}"}
        take: {receipt: /receipt}
        timeout: 3s
      exits: {not_found: away, refused: refused, unknown: unclear}
    - say: ["The receipt is", {digits: receipt}]
    - goto: ask
  refused:
    - say: Your bank does not accept it.
    - goto: ask
  unclear:
    - say: We do not know whether you have paid.
    - hangup
  away:
    - say: Our computers are asleep. Please call again.
    - hangup
  bye:
    - hangup
"""
BALANCE = "Zoë Lee, your balance is 1204 euros and 7 cents"
MOMENT, AWAY = "One moment please.", "Our computers are asleep. Please call again."


class Bank:
    """A service with accounts: 1234 is paid, 5678 is refused, 4321 never answers a payment; of 9999
    nothing is ever heard."""

    def __init__(self) -> None:
        self.url = ""
        self.payments: list[tuple[str, str]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        account = request.path.split("/")[2]
        if request.method == "POST":
            self.payments.append((account, request.headers["Idempotency-Key"]))
            if account == "5678":
                return web.json_response({"detail": "no money"}, status=402)
            if account == "4321":
                await asyncio.sleep(60)
            return web.json_response({"receipt": "70815"}, status=201)
        if account == "9999":
            await asyncio.sleep(60)
        if account == "0000":
            return web.json_response({}, status=404)
        return web.json_response({"owner": {"name": "Zoë Lee"}, "balance": 1204.07})


@asynccontextmanager
async def open_bank() -> AsyncIterator[Bank]:
    bank = Bank()
    async with answering(bank.answer) as bank.url:
        yield bank


def site(bank: Bank, folder: Path) -> dict[str, Any]:
    """What is different in its ivrkit.yaml."""
    service = {"url": bank.url, "allow_private": ["127.0.0.0/8"]}
    return own_flows(folder, {"accounts": FLOW}, {"http": {"bank": service}})


async def enters(call: LiveCall, account: str) -> None:
    await call.until(Listening)
    await call.press(account)


@pytest.mark.timeout(180)
async def test_what_a_service_says_and_what_is_heard(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    async with (
        open_bank() as bank,
        exchange_of(asterisk, tmp_path, 5, **site(bank, tmp_path)) as (exchange, _),
        exchange.calling("7500") as call,
    ):
        await enters(call, "0000")
        await call.until_said("Nobody has that number.")
        await enters(call, "1234")
        await call.until_said(BALANCE)
        await call.until_said("The receipt is")
        await enters(call, "5678")
        await call.until_said("Your bank does not accept it.")
        await enters(call, "4321")
        await call.until_said("We do not know whether you have paid.")
        await call.ends()
    exits = [(each.operation[:4].strip(), each.exit) for each in call.happened(Asked)]
    assert exits == [
        ("GET", "not_found"),
        ("GET", "next"),
        ("POST", "next"),
        ("GET", "next"),
        ("POST", "refused"),
        ("GET", "next"),
        ("POST", "unknown"),
    ]
    assert [account for account, _ in bank.payments] == ["1234", "5678", "4321"]
    assert len({key for _, key in bank.payments}) == 3
    texts = [text for text, end in call.said() if end == "finished"]
    assert any(text.startswith(BALANCE) for text in texts)


@pytest.mark.timeout(180)
async def test_a_service_that_hangs_costs_its_caller_three_seconds_and_nobody_else(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    async with (
        open_bank() as bank,
        exchange_of(asterisk, tmp_path, 5, **site(bank, tmp_path)) as (exchange, _),
        exchange.calling("7500") as stuck,
        exchange.calling("7500") as other,
    ):
        await enters(stuck, "9999")
        await enters(other, "1234")
        await stuck.until_said(MOMENT)
        await other.until_said(BALANCE)
        await stuck.until_said(AWAY)
        await stuck.ends()
        await other.hang_up()
        await other.ends("caller")
    assert [each.exit for each in stuck.happened(Asked)] == ["timeout"]
    (seconds,) = [each.seconds for each in stuck.happened(Asked)]
    assert DEADLINE <= seconds < DEADLINE + 1
    said = [each for each in stuck.said() if each[0] in (MOMENT, AWAY)]
    assert said == list(finished(MOMENT, AWAY))
    ears = Ears(stuck.phone.recording())
    for text in (MOMENT, AWAY):
        ears.hear(stuck.files(text)[0], text)
