from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from ivrkit.call.channel import KeyPressed
from ivrkit.call.events import HandedOff
from ivrkit.call.queues import QueueExit, QueueRequest, QueueResult
from ivrkit.handoff import AsteriskQueues, HandoffSettings, Payloads
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.phones import Baresip
from tests.handoff.support import CallOnChannel, HangUp, Shelf
from tests.live.ari_support import Engine, LocalPhone, eventually, heard, local_phone

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

PhoneMaker = Callable[..., AbstractAsyncContextManager[Baresip]]
MODES: dict[str, dict[str, Any]] = {
    "websocket": {"rest": "websocket"},
    "http": {"rest": "http"},
    "no_inheritable_headers": {"inheritable_headers": "off"},
}
SETTINGS = HandoffSettings.model_validate(
    {
        "queues": {
            "agents": {"asterisk": "service", "headers": ["customer", "account_no", "note"]},
            "nowhere": {},
        }
    }
)
REQUEST = QueueRequest(
    "agents",
    "c0.7",
    timeout=60,
    payload={"customer": 'Zoë "Z", Müller', "account_no": "0012", "reason": "cards"},
    flow="bank",
    path=("main", "agent"),
)


@dataclass
class Site:
    engine: Engine
    shelf: Shelf
    queues: AsteriskQueues

    def hand_off(
        self, call: CallOnChannel, request: QueueRequest = REQUEST, *, resumed: bool = False
    ) -> asyncio.Task[QueueResult]:
        work = self.queues.hand_off(call.as_call, request, resumed=resumed)
        return asyncio.ensure_future(work)


def site_of(engine: Engine) -> Site:
    shelf = Shelf()
    payloads = Payloads(shelf, SETTINGS)
    return Site(engine, shelf, AsteriskQueues(SETTINGS, payloads, engine.carrier.evaluate))


@pytest_asyncio.fixture(params=list(MODES), loop_scope="session")
async def site(request: pytest.FixtureRequest, asterisk: PrivateAsterisk) -> AsyncIterator[Site]:
    async with Engine(asterisk, **MODES[request.param]) as engine:
        yield site_of(engine)


def states(call: CallOnChannel) -> list[tuple[str, str]]:
    return [(event.state, event.party) for event in call.traced if isinstance(event, HandedOff)]


async def test_an_agent_gets_the_call_with_its_payload_and_gives_it_back(
    site: Site, asterisk: PrivateAsterisk, phone: PhoneMaker
) -> None:
    async with phone("1001") as agent, local_phone(asterisk) as caller:
        await asterisk.wait_for_agent("1001")
        call = await site.engine.next()
        await call.driver.answer()
        task = site.hand_off(call)
        await agent.wait_for("CALL_INCOMING")
        await eventually(lambda: ("called", "PJSIP/1001") in states(call))
        await agent.accept()
        await eventually(lambda: ("connected", "PJSIP/1001") in states(call))
        handoff = next(iter(site.shelf.kept))
        assert agent.received_headers("X-IVRKit-") == {
            "X-IVRKit-Handoff": handoff,
            "X-IVRKit-Customer": 'Zo%C3%AB "Z", M%C3%BCller',
            "X-IVRKit-Account-No": "0012",
        }
        document = json.loads(site.shelf.kept[handoff].document or b"")
        assert document["payload"] == REQUEST.payload
        await asyncio.sleep(1)
        await agent.hang_up()
        result = await task
        assert (result.exit, result.agent) == (QueueExit.ANSWERED, "PJSIP/1001")
        assert result.talk_time > 0.5
        assert result.handoff == handoff
        assert states(call)[-1] == ("back", "PJSIP/1001")
        # The survey: the caller is ours again.
        await caller.press("5")
        assert (await heard(call, KeyPressed)).key == "5"


async def test_a_second_hand_off_carries_its_own_payload(
    site: Site, asterisk: PrivateAsterisk, phone: PhoneMaker
) -> None:
    async with phone("1001", answers=True) as agent, local_phone(asterisk):
        await asterisk.wait_for_agent("1001")
        call = await site.engine.next()
        await call.driver.answer()
        for ticket, payload in (("c0.1", REQUEST.payload), ("c0.2", {"note": "again"})):
            task = site.hand_off(call, QueueRequest("agents", ticket, payload=payload))
            await agent.established()
            headers = agent.received_headers("X-IVRKit-")
            await agent.hang_up()
            result = await task
            assert result.exit is QueueExit.ANSWERED
            assert headers["X-IVRKit-Handoff"] == result.handoff
            await asterisk.wait_for_agent("1001")
        assert headers == {"X-IVRKit-Handoff": result.handoff, "X-IVRKit-Note": "again"}


async def test_nobody_is_there(site: Site, asterisk: PrivateAsterisk) -> None:
    async with local_phone(asterisk):
        call = await site.engine.next()
        await call.driver.answer()
        figures = await site.queues.figures("agents")
        assert (figures.waiting, figures.ready, figures.staffed) == (0, 0, 0)
        assert (await site.hand_off(call)).exit is QueueExit.UNSTAFFED


async def test_there_is_no_such_queue(site: Site, asterisk: PrivateAsterisk) -> None:
    async with local_phone(asterisk):
        call = await site.engine.next()
        await call.driver.answer()
        request = QueueRequest("nowhere", "c0.1")
        assert (await site.hand_off(call, request)).exit is QueueExit.FAILED


async def test_the_time_is_over(site: Site, asterisk: PrivateAsterisk, phone: PhoneMaker) -> None:
    async with phone("1001"), local_phone(asterisk):
        await asterisk.wait_for_agent("1001")
        call = await site.engine.next()
        await call.driver.answer()
        figures = await site.queues.figures("agents")
        assert (figures.ready, figures.staffed) == (1, 1)
        result = await site.hand_off(call, QueueRequest("agents", "c0.1", timeout=1))
        assert result.exit is QueueExit.TIMEOUT
        assert result.agent == ""
        assert states(call)[-2] == ("not_answered", "PJSIP/1001")


async def test_the_caller_hangs_up_in_the_queue(
    site: Site, asterisk: PrivateAsterisk, phone: PhoneMaker
) -> None:
    async with phone("1001"), local_phone(asterisk) as caller:
        await asterisk.wait_for_agent("1001")
        call = await site.engine.next()
        await call.driver.answer()
        task = site.hand_off(call)
        await eventually(lambda: ("called", "PJSIP/1001") in states(call))
        await caller.hang_up()
        with pytest.raises(HangUp):
            await task
    assert not site.engine.carrier.channels_by_id


@pytest_asyncio.fixture(loop_scope="session")
async def orphan(
    asterisk: PrivateAsterisk, phone: PhoneMaker
) -> AsyncIterator[tuple[Baresip, LocalPhone, str, str]]:
    """An agent talks with a caller whose engine is dead: both, the channel, and the hand-off."""
    killed = Engine(asterisk)
    await killed.carrier.start(killed._receive)
    async with phone("1001") as agent, local_phone(asterisk) as caller:
        await asterisk.wait_for_agent("1001")
        call = await killed.next()
        await call.driver.answer()
        dead = site_of(killed)
        task = dead.hand_off(call)
        await agent.wait_for("CALL_INCOMING")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await killed.stop()
        await agent.accept()
        await agent.established()
        yield agent, caller, call.driver.id, next(iter(dead.shelf.kept))


async def test_the_next_engine_waits_on(
    asterisk: PrivateAsterisk, orphan: tuple[Baresip, LocalPhone, str, str]
) -> None:
    agent, caller, channel, handoff = orphan
    async with Engine(asterisk) as engine:
        call = await engine.adopt(channel)
        task = site_of(engine).hand_off(call, resumed=True)
        await caller.press("47")
        await asyncio.sleep(1)
        await agent.hang_up()
        result = await task
        assert (result.exit, result.agent) == (QueueExit.ANSWERED, "PJSIP/1001")
        assert result.handoff == handoff
        await caller.press("5")
        assert (await heard(call, KeyPressed)).key == "5"


async def test_a_caller_who_is_back_first_waits_for_the_next_engine(
    asterisk: PrivateAsterisk, orphan: tuple[Baresip, LocalPhone, str, str]
) -> None:
    agent, caller, channel, handoff = orphan
    await agent.hang_up()
    await agent.closed()
    async with Engine(asterisk) as engine:
        call = await engine.next()
        assert call.driver.id == channel
        assert engine.arguments == [("back",)]
        result = await site_of(engine).hand_off(call, resumed=True)
        assert (result.exit, result.agent) == (QueueExit.ANSWERED, "PJSIP/1001")
        assert result.handoff == handoff
        await caller.press("5")
        assert (await heard(call, KeyPressed)).key == "5"
