"""A balance from a host that speaks in lines, live: it answers in halves, and then not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Asked
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.fake_host import FakeHost, Raw, Wait
from tests.live.harness import exchange_of, finished, own_flows

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

FLOW = r"""
ivrkit: 1
flow: balance
language: en
variables:
  account: digits
  answer: {name: text, balance: money}
exits: {no_input: out, no_match: out, not_found: out, timeout: mute}
on_error: out
sections:
  main:
    - answer
    - goto: ask
  ask:
    - collect: {into: account, digits: 4, prompt: Your account please.}
    - socket:
        host: ledger
        send: "BAL {{ account }}"
        reads: true
        pattern: '^OK (?P<name>[^;]+);(?P<balance>[\d.]+)$'
        not_found: ^ERR 404
        into: answer
        timeout: 3s
        meanwhile: {after: 1s, do: [{say: One moment please.}]}
    - say: "{{ answer.name }}, you have {{ answer.balance }} euros."
    - goto: ask
  mute:
    - say: The ledger is closed. Please call again.
    - hangup
  out:
    - hangup
"""


async def test_a_balance_and_a_host_that_goes_mute(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    login = "LOGIN ivr pa55word"
    answer = [Raw(b"OK Ann "), Wait(0.1), Raw(b"Lee;12.50\r\n")]
    rules = {login: "OK", "BAL 4711": answer}
    async with FakeHost(rules, greeting=["LEDGER 7"]) as host:
        ledger = {
            "address": host.address,
            "greeting": "^LEDGER",
            "login": [{"send": login, "expect": "^OK"}],
        }
        own = own_flows(tmp_path, {"balance": FLOW.lstrip()}, {"socket": {"ledger": ledger}})
        async with exchange_of(asterisk, tmp_path / "site", 9, **own) as (exchange, _):
            await host.until_received(1)  # it is logged in before anybody calls
            async with exchange.calling("7900") as call:
                await call.until_asked("Your account please.")
                await call.press("4711")
                await call.until_said("Ann Lee, you have 12.50 euros.")
                await call.until_asked("Your account please.")
                host.mute = True
                await call.press("4711")
                await call.ends()
                await host.until_received(4)
            heard = ("Ann Lee, you have 12.50 euros.", "The ledger is closed. Please call again.")
            assert [call.said()[1], call.said()[-1]] == list(finished(*heard))
            assert "One moment please." in [text for text, _ in call.said()]
            asked = call.happened(Asked)
            assert [(each.connector, each.exit) for each in asked] == [
                ("socket.ledger", "next"),
                ("socket.ledger", "timeout"),
            ]
            call.listened()
    # What was not answered has ended the connection: the next caller has another one.
    assert host.received[:4] == [login, "BAL 4711", "BAL 4711", login]
