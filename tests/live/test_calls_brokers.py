"""Brokers, live: what calls publish while the broker is away and the engine is killed arrives, each
message at least once; and a caller hears what somebody answers over a broker."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Asked, Resumed
from ivrkit.service.client import ApiClient
from ivrkit.service.configuration import load_configuration
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.brokers import PrivateMosquitto, PrivateRabbit, running
from tests.connectors.messaging.sides import Side, side_of
from tests.live.harness import LiveCall, exchange_of, own_flows
from tests.live.served import Served, served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

MESSAGES = 25
CALLS = 4
NOTING = f"""\
ivrkit: 1
flow: noting
language: en
variables: {{at: number}}
on_error: failed
sections:
  main:
    - answer
    - repeat: {MESSAGES}
      do:
        - set: {{at: "{{{{ loop.index }}}}"}}
        - publish:
            broker: events
            to: noted
            message: {{caller: "{{{{ call.from }}}}", at: "{{{{ at }}}}"}}
            keep_until_sent: true
        - wait: 50ms
    - say: All is noted.
    - hangup
  failed:
    - say: It has failed.
    - hangup
"""
ASKING = """\
ivrkit: 1
flow: asking
language: en
variables: {price: money}
on_error: failed
exits: {no_input: failed, no_match: failed, not_found: unknown, timeout: late, unroutable: nobody}
sections:
  main:
    - answer
    - request:
        broker: events
        to: pricing
        message: {plan: gold}
        reads: true
        into: price
        timeout: 4s
    - say: ["It costs", {money: price, currency: EUR}]
    - request: {broker: events, to: pricing, message: {plan: tin}, reads: true, into: price}
  unknown:
    - say: There is no such plan.
    - request:
        {broker: events, to: pricing, message: {plan: slow}, reads: true, timeout: 1s, into: price}
  late:
    - say: Nobody has answered.
    - request: {broker: events, to: nowhere, reads: true, into: price}
  nobody:
    - say: Nobody is there.
    - hangup
  failed:
    - say: It has failed.
    - hangup
"""


def connectors(url: str) -> dict[str, Any]:
    """One broker."""
    return {"broker": {"events": {"url": url, "outbox": {"alarm": "1s"}}}}


async def count(side: Side, callers: list[str]) -> None:
    """Each message of each caller at least once, and under one id."""
    wanted = {(caller, str(at)) for caller in callers for at in range(1, MESSAGES + 1)}
    ids: dict[tuple[str, str], set[str]] = {}

    def all_there() -> bool:
        for each in side.taken:
            told = json.loads(each.body)
            ids.setdefault((told["caller"], str(told["at"])), set()).add(each.id)
        return wanted <= ids.keys()

    await side.until(all_there)
    assert ids.keys() == wanted
    assert [each for each in ids.values() if len(each) > 1] == []
    order = Counter[str]()
    for id_ in dict.fromkeys(each.id for each in side.taken):
        told = next(json.loads(each.body) for each in side.taken if each.id == id_)
        order[told["caller"]] += 1
        assert int(told["at"]) == order[told["caller"]]


async def alarm(folder: Path) -> None:
    """The engine tells that messages wait, and is well for all that."""
    told = f"{CALLS * MESSAGES} messages wait in the outbox of broker.events"
    async with asyncio.timeout(40), ApiClient(load_configuration(folder)) as api:
        while True:
            (broker,) = (await api.get("/v1/connectors"))["connectors"]
            if any(told in each for each in broker["troubles"]):
                break
            await asyncio.sleep(0.2)
        assert (await api.get("/health"))["status"] == "ok"


async def notes_through_a_crash(call: LiveCall, engine: Served) -> None:
    """The engine dies in the middle of the messages of a call, and goes on with them."""
    async with asyncio.timeout(40):
        while len(call.happened(Asked)) < MESSAGES // 3:
            await asyncio.sleep(0.05)
    await engine.kill()
    await engine.start()
    await call.until(Resumed)
    await call.ends()


async def test_no_message_is_lost_when_broker_and_engine_die(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    async with running(PrivateRabbit(tmp_path / "broker")) as broker:
        async with side_of(broker) as side:
            await side.declare("noted")
        await broker.kill()
        own = own_flows(tmp_path, {"noting": NOTING}, connectors(broker.url))
        async with served(asterisk, tmp_path, 8, **own) as (exchange, engine):
            callers = []
            for number in range(CALLS):
                async with exchange.calling("7800") as call:
                    if number == 0:
                        await notes_through_a_crash(call, engine)
                    else:
                        await call.ends()
                    assert call.said()[-1] == ("All is noted.", "finished")
                    callers.append(call.phone.name)
            await alarm(tmp_path)
            await engine.kill()
            await broker.start()
            async with side_of(broker) as side:
                await side.take("noted")
                await engine.start()
                # Once more while it is sending.
                await side.until_taken(1)
                await engine.kill()
                await engine.start()
                await count(side, callers)


async def test_a_caller_hears_what_is_answered_over_a_broker(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    answers: dict[str, Any] = {
        "gold": (12.50, {}),
        "tin": (b"", {"status": "not_found"}),
        "slow": None,
    }
    async with (
        running(PrivateMosquitto(tmp_path / "broker")) as broker,
        side_of(broker) as side,
    ):
        await side.answer("pricing", lambda taken: answers[taken.data["plan"]])
        own = own_flows(tmp_path, {"asking": ASKING}, connectors(broker.url))
        async with (
            exchange_of(asterisk, tmp_path, 9, **own) as (exchange, _),
            exchange.calling("7900") as call,
        ):
            await call.ends()
            ears = call.listened()
    assert [text for text, _ in call.said()] == [
        "It costs 12 euros and 50 cents",
        "There is no such plan.",
        "Nobody has answered.",
        "Nobody is there.",
    ]
    assert [each.exit for each in call.happened(Asked)] == [
        *("next", "not_found"),
        *("timeout", "unroutable"),
    ]
    assert ears is not None
