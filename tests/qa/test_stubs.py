from __future__ import annotations

import pytest

from ivrkit.call.events import HandedOff
from ivrkit.call.queues import QueueExit
from ivrkit.qa.given import Given, QueueUse
from tests.engine.conftest import Bench, bench  # noqa: F401

FLOW = """
    payload: {reason: {type: text, optional: true}}
    sections:
      main:
        - answer
        - queue: {name: service, priority: 3, timeout: 20s, payload: {reason: cards}}
          exits: {else: left}
        - log: "{{ handoff.agent }} {{ handoff.talk_time }} {{ handoff.wait }} {{ handoff.result }}"
        - hangup
      left:
        - log: "{{ handoff.agent == none }} {{ handoff.wait }}"
"""


async def test_the_request_is_recorded_and_the_agent_answers(bench: Bench) -> None:  # noqa: F811
    given = Given(queues={"service": QueueUse(agent="PJSIP/7", talk=60, after=8, result="sold")})
    await bench.call(FLOW, given=given)
    assert await bench.ended() == "flow"
    request = bench.simulation.queues.requests[0]
    assert (request.name, request.priority, request.timeout) == ("service", 3, 20.0)
    assert request.payload == {"reason": "cards"}
    assert request.path == ("main",)
    states = [(each.state, each.party, each.at) for each in bench.of(HandedOff)]
    assert states == [
        ("queued", "", 0.0),
        ("called", "PJSIP/7", 6.0),
        ("connected", "PJSIP/7", 8.0),
        ("back", "PJSIP/7", 68.0),
    ]
    assert bench.notes == ["PJSIP/7 1m 8s sold"]


@pytest.mark.parametrize(
    ("use", "notes"),
    [
        (QueueUse(QueueExit.TIMEOUT), ["true 20s"]),
        (QueueUse(after=30), ["true 20s"]),
        (QueueUse(QueueExit.UNSTAFFED), ["true 0s"]),
        (QueueUse(QueueExit.UNSTAFFED, after=5), ["true 5s"]),
        (QueueUse(QueueExit.FULL), ["true 0s"]),
        (QueueUse(QueueExit.WITHDRAWN, after=2), ["true 2s"]),
        (QueueUse(QueueExit.FAILED), ["true 0s"]),
    ],
)
async def test_every_way_out_of_a_queue(
    bench: Bench,  # noqa: F811
    use: QueueUse,
    notes: list[str],
) -> None:
    await bench.call(FLOW, given=Given(queues={"service": use}))
    await bench.ended()
    assert bench.notes == notes


async def test_more_uses_than_the_script_gives(bench: Bench) -> None:  # noqa: F811
    uses = (QueueUse(QueueExit.FULL),)
    flow = """
        sections:
          main:
            - answer
            - queue: service
              exits: {full: main, error: sorry, else: hangup}
          sorry:
            - log: "{{ error.message }}"
    """
    await bench.call(flow, given=Given(queues={"service": uses}))
    await bench.ended()
    assert "use 2 of the queue 'service'" in bench.notes[0]
    assert len(bench.simulation.missing) == 1


async def test_who_hangs_up_in_the_queue_is_forgotten(bench: Bench) -> None:  # noqa: F811
    await bench.call(FLOW)
    await bench.after(4)
    await bench.hang_up()
    assert await bench.ended() == "caller"
    assert [each.state for each in bench.of(HandedOff)] == ["queued", "called"]
