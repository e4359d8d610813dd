"""``queue``: the call and its payload to an agent, and back."""

from __future__ import annotations

import pytest

from ivrkit.call.queues import QueueExit
from ivrkit.qa.given import Given, QueueUse
from tests.engine.conftest import Bench

FLOW = """
    payload:
      customer: {type: text, optional: true}
      account: digits
      balance: {type: money, optional: true}
    variables: {account: digits, customer: text, timeout: {type: duration, default: 1m}}
    on_end: [{log: "{{ call.ended }}"}]
    sections:
      main:
        - answer
        - set: {account: %s}
        - queue:
            name: service
            priority: "{{ 5 + 5 }}"
            timeout: "{{ timeout }}"
            payload: {customer: "{{ customer }}", account: "{{ account }}", balance: "{{ 12.5 }}"}
          exits: {else: left, error: failed}
        - log: "{{ handoff.agent }} {{ handoff.talk_time }} {{ handoff.result }}"
      left:
        - log: left
      failed:
        - log: "{{ error.message }}"
"""


def given(use: QueueUse) -> Given:
    return Given(queues={"service": use})


async def test_an_agent_gets_the_payload_and_the_caller_comes_back(bench: Bench) -> None:
    use = QueueUse(after=10, talk=60, agent="PJSIP/7", result="sold")
    await bench.call(FLOW % "123456", given=given(use))
    await bench.ended()
    assert bench.notes == ["PJSIP/7 1m sold", "flow"]
    (request,) = bench.simulation.queues.requests
    assert request.payload == {"account": "123456", "balance": 12.5}
    assert (request.name, request.timeout, request.priority) == ("service", 60.0, 10)
    assert (request.flow, request.path, request.ticket) == ("main", ("main",), "call-1.3")


@pytest.mark.parametrize("exit_", [each for each in QueueExit if each != QueueExit.ANSWERED])
async def test_every_other_way_out(bench: Bench, exit_: QueueExit) -> None:
    await bench.call(FLOW % "123456", given=given(QueueUse(exit_, after=1)))
    await bench.ended()
    assert bench.notes == ["left", "flow"]


async def test_a_payload_that_lacks_a_field_is_not_handed_over(bench: Bench) -> None:
    await bench.call(FLOW % "none", given=given(QueueUse()))
    await bench.ended()
    assert bench.notes == ["the payload lacks account", "flow"]
    assert bench.simulation.queues.requests == []


@pytest.mark.parametrize(("seconds", "ended"), [(5, "caller"), (20, "agent")])
async def test_a_hang_up_in_the_queue_and_with_the_agent(
    bench: Bench, seconds: int, ended: str
) -> None:
    await bench.call(FLOW % "123456", given=given(QueueUse(after=10, talk=60)))
    await bench.after(seconds)
    await bench.hang_up()
    assert await bench.ended() == ended
    assert bench.notes == [ended]


async def test_a_store_that_fails_keeps_nobody_from_the_agent(bench: Bench) -> None:
    bench.keeper.broken = True
    await bench.call(FLOW % "123456", given=given(QueueUse(after=1, talk=1, result="ok")))
    await bench.ended()
    assert bench.notes == ["PJSIP/1001 1s ok", "flow"]


CHOSEN = """
    variables: {desk: {type: text, default: %s}}
    sections:
      main:
        - answer
        - queue: {name: "{{ desk }}", among: [service, sales]}
          exits: {else: failed}
        - log: answered
      failed:
        - log: "{{ error.message }}"
"""


async def test_a_queue_from_data_is_one_of_those_that_are_possible(bench: Bench) -> None:
    await bench.call(CHOSEN % "sales", given=Given(queues={"sales": QueueUse()}))
    await bench.ended()
    assert bench.notes == ["answered"]
    assert [each.name for each in bench.simulation.queues.requests] == ["sales"]


async def test_a_queue_that_is_none_of_them_fails_the_step(bench: Bench) -> None:
    await bench.call(CHOSEN % "vip", given=Given(queues={"vip": QueueUse()}))
    await bench.ended()
    (note,) = bench.notes
    assert note.startswith("the queue 'vip' is none of those that are possible here")
    assert bench.simulation.queues.requests == []
