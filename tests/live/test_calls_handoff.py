"""Hand-off, live: an agent gets the call with its data, and the caller comes back; hang-ups."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ivrkit.call.events import HandedOff, Interrupted, Listening
from ivrkit.service.site import Site
from ivrkit.testing import ports
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.harness import Exchange, LiveCall, exchange_of, finished

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

OFFICE = (
    "This is the lost property office. If you have lost something, press 1. "
    "If you have found something, press 2."
)
CUSTOMER = 'Zoë "Ann" Lee; 50%'
PAYLOAD = {"customer": CUSTOMER, "reason": "found", "pieces": ["umbrella", "hat"]}


async def fetched(site: Site, path: str, token: str) -> tuple[int, Any]:
    """What the API answers."""
    url = f"http://127.0.0.1:{site.api_port}{path}"
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.json()


async def visit(exchange: Exchange, number: str) -> tuple[LiveCall, dict[str, str]]:
    """A call that is handed to an agent and comes back for the survey; the headers that the
    agent's phone has got."""
    async with exchange.agent() as agent, exchange.calling(number) as call:
        await call.until_asked(OFFICE)
        await call.press("2")
        await agent.established()
        headers = agent.received_headers()
        await call.until(HandedOff, state="connected")
        # Keys that are pressed while the agent is there are nobody's.
        await call.press("1")
        await agent.wait_for("CALL_DTMF_END")
        await asyncio.sleep(0.3)  # the end of a key is sent three times (RFC 4733 section 2.5.1.4)
        assert agent.keys_received() == "1"
        await agent.hang_up()
        await call.until_asked("How many points do you give to our office")
        await call.press("5")
        await call.ends()
    return call, headers


async def check_visit(site: Site, call: LiveCall, headers: dict[str, str]) -> None:
    """The call went as it should, on the line and in the records."""
    assert call.said() == [
        *finished(OFFICE, "How many points do you give to our office"),
        *finished("Thank you for 5 points and goodbye."),
    ]
    call.listened()
    assert call.handoffs() == ["queued", "called", "connected", "back"]
    back = call.happened(HandedOff)[-1]
    assert (back.party, back.result) == ("PJSIP/1001", "answered")
    assert call.noted() == ["PJSIP/1001 talked", "desk: flow"]
    assert headers == {
        "X-IVRKit-Handoff": back.handoff,
        "X-IVRKit-Customer": 'Zo%C3%AB "Ann" Lee; 50%25',
        "X-IVRKit-Reason": "found",
    }
    path = f"/v1/handoffs/{back.handoff}"
    assert (await fetched(site, path, ""))[0] == 401
    assert (await fetched(site, path, "x" * 64))[0] == 401
    status, document = await fetched(site, path, site.api.token)
    assert status == 200
    assert (document["payload"], document["call"]) == (PAYLOAD, call.id)
    assert document["path"] == ["main", "agent"]
    status, record = await fetched(site, f"/v1/calls/{call.id}", site.api.token)
    assert (status, record["queue"], record["handoff"]) == (200, "service", back.handoff)
    assert (record["ended"], record["path"]) == ("flow", call.events[-1].path)


async def test_an_agent_gets_the_call_with_its_data_and_the_caller_comes_back(
    exchange: Exchange, site: Site
) -> None:
    call, headers = await visit(exchange, "7107")
    await check_visit(site, call, headers)


@pytest.mark.parametrize(
    ("number", "settings", "over_websocket"),
    [
        (2, {"rest": "websocket"}, True),
        (3, {"rest": "http"}, False),
        (4, {"inheritable_headers": "off"}, True),
    ],
    ids=["websocket", "http", "predial"],
)
async def test_every_mode_of_the_driver(
    asterisk: PrivateAsterisk,
    ari: Any,
    tmp_path: Path,
    number: int,
    settings: dict[str, str],
    over_websocket: bool,
) -> None:
    since = len(asterisk.log())
    async with exchange_of(asterisk, tmp_path, number, connection=settings) as (exchange, site):
        assert site.carrier.client.over_websocket is over_websocket
        call, headers = await visit(exchange, f"7{number}07")
        await check_visit(site, call, headers)
    by_handler = "Executing [s@ivrkit-headers:1]" in asterisk.log()[since:]
    assert by_handler is ("inheritable_headers" in settings)


async def test_callers_hang_up_in_a_prompt_in_a_question_and_in_the_queue(
    exchange: Exchange, site: Site
) -> None:
    async with (
        exchange.agent(answers=False) as agent,
        exchange.calling("7107") as prompt,
        exchange.calling("7108") as question,
        exchange.calling("7107") as queue,
    ):
        await asyncio.gather(in_prompt(prompt), in_question(question), in_queue(queue))
        await agent.closed()
    for call in (prompt, question, queue):
        assert [event.by for event in call.happened(Interrupted)] == ["hangup"]
    assert prompt.noted() == ["desk: caller"]
    assert prompt.said() == [(OFFICE, "interrupted")]
    assert question.noted() == ["journey to Lisbon: caller"]
    assert queue.noted() == ["desk: caller"]
    assert queue.handoffs() == ["queued", "called"]
    assert not site.engine.live()


async def in_prompt(call: LiveCall) -> None:
    await call.until_said(OFFICE)
    await call.hang_up()
    await call.ends("caller")


async def in_question(call: LiveCall) -> None:
    await call.until_said("Where would you like to go")
    await call.press("1")
    await call.until_said("On which day")
    await call.press("3")  # one digit of two
    await call.until(Listening)
    await call.hang_up()
    await call.ends("caller")


async def in_queue(call: LiveCall) -> None:
    await call.until_said(OFFICE)
    await call.press("1")
    await call.until(HandedOff, state="called")
    await call.hang_up()
    await call.ends("caller")


async def test_a_remote_asterisk_fetches_the_prompts(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    port = ports.free_ports(1)
    remote = {"media": {"url": f"http://127.0.0.1:{port}/media"}, "api": {"port": port}}
    async with exchange_of(asterisk, tmp_path, 5, **remote) as (exchange, _):
        async with exchange.calling("7506") as call:
            await call.until_asked("the onion soup")
            await call.press("3")
            await call.until_asked("the apple pie")
            await call.press("*")
            await call.ends()
        assert call.said()[1] == ("The soup now has 3 points from you.", "finished")
        call.listened()
