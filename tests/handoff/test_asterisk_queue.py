from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ivrkit.call.events import HandedOff
from ivrkit.call.queues import QueueExit, QueueFigures, QueueRequest, QueueResult
from ivrkit.errors import CarrierError, ChannelGone, HandoffError
from ivrkit.handoff import HandoffSettings
from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.channels.ari.support import eventually
from tests.handoff.support import CallOnChannel, HangUp, Site

SETTINGS = HandoffSettings.model_validate(
    {
        "queues": {
            "service": {"asterisk": "main-queue", "headers": ["customer", "account_no"]},
            "cards": {"timeout": "90s", "priority": 3},
        }
    }
)
PAYLOAD = {"customer": "Zoë", "account_no": "0012", "reason": "cards"}
REQUEST = QueueRequest(
    "service", "c1.7", timeout=300.0, priority=10, payload=PAYLOAD, flow="bank", path=("a", "b")
)
ANSWERED = {"MEMBERINTERFACE": "PJSIP/1001", "ANSWEREDTIME_MS": "61500", "QUEUEWAIT_MS": "8250"}


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as fake:
        yield fake


@pytest.fixture
async def site(asterisk: FakeAsterisk) -> AsyncIterator[Site]:
    async with Site(asterisk, SETTINGS) as opened:
        yield opened


def start(
    site: Site, call: CallOnChannel, request: QueueRequest = REQUEST, resumed: bool = False
) -> asyncio.Task[QueueResult]:
    return asyncio.ensure_future(site.queues.hand_off(call.as_call, request, resumed=resumed))


def states(call: CallOnChannel) -> list[tuple[str, str, str]]:
    return [(e.state, e.party, e.result) for e in call.traced if isinstance(e, HandedOff)]


async def test_the_payload_travels_by_reference(site: Site) -> None:
    call = await site.call()
    task = start(site, call)
    variables = await site.queued(call)
    handoff = variables["IVRKIT_HANDOFF"]
    assert len(handoff) == 32
    assert variables == {
        "IVRKIT_TICKET": "c1.7",
        "QUEUESTATUS": "",
        "IVRKIT_RESULT": "",
        "IVRKIT_QUEUE": "main-queue",
        "IVRKIT_QUEUE_TIMEOUT": "300",
        "IVRKIT_QUEUE_PRIORITY": "10",
        "IVRKIT_HANDOFF": handoff,
        "IVRKIT_CUSTOMER": "Zo%C3%AB",
        "IVRKIT_ACCOUNT_NO": "0012",
        "IVRKIT_HEADERS": "",
        "PJSIP_INHERITABLE_HEADER(add,X-IVRKit-Handoff)": handoff,
        "PJSIP_INHERITABLE_HEADER(add,X-IVRKit-Customer)": "Zo%C3%AB",
        "PJSIP_INHERITABLE_HEADER(add,X-IVRKit-Account-No)": "0012",
    }
    kept = site.shelf.kept[handoff]
    document = json.loads(kept.document or b"")
    assert document.pop("created").endswith("+00:00")
    assert document == {
        "id": handoff,
        "call": "c1",
        "flow": "bank",
        "queue": "service",
        "payload": PAYLOAD,
        "path": ["a", "b"],
    }
    assert kept.call == "c1"
    site.end(call, "CONTINUE", **ANSWERED)
    assert (await task).handoff == handoff


async def test_what_is_inherited_is_marked_so(site: Site) -> None:
    call = await site.call()
    task = start(site, call)
    await site.queued(call)
    set_ = site.asterisk.asked("POST", r"channels/.*/variables")[0].body["variables"]
    assert {name for name in set_ if name.startswith("__")} == {
        "__IVRKIT_HANDOFF",
        "__IVRKIT_CUSTOMER",
        "__IVRKIT_ACCOUNT_NO",
    }
    site.end(call, "TIMEOUT")
    await task


async def test_without_inheritable_headers_the_handler_is_told(asterisk: FakeAsterisk) -> None:
    async with Site(asterisk, SETTINGS, inheritable_headers="off") as site:
        call = await site.call()
        task = start(site, call)
        variables = await site.queued(call)
        assert not any(name.startswith("PJSIP") for name in variables)
        assert variables["IVRKIT_HEADERS"] == "predial"
        assert variables["IVRKIT_HEADER_1_NAME"] == "Customer"
        assert variables["IVRKIT_HEADER_1_VALUE"] == "Zo%C3%AB"
        assert variables["IVRKIT_HEADER_2_NAME"] == "Account-No"
        assert variables["IVRKIT_HEADER_3_NAME"] == ""
        site.end(call, "FULL")
        await task


async def test_it_subscribes_before_it_leaves(site: Site) -> None:
    call = await site.call()
    task = start(site, call)
    await site.queued(call)
    order = [r.path.split("/")[-1] for r in site.asterisk.requests]
    assert order.index("variables") < order.index("subscription") < order.index("continue")
    site.end(call, "TIMEOUT")
    await task
    assert site.asterisk.channels[call.driver.id].subscriptions == 0


async def test_an_agent_answers_and_the_caller_comes_back(site: Site) -> None:
    call = await site.call()
    task = start(site, call)
    await site.queued(call)
    dial = site.asterisk.dial
    for peer, status in (
        ("PJSIP/1001", ""),
        ("PJSIP/1001", "NOANSWER"),
        ("PJSIP/1002", ""),
        ("PJSIP/1002", "BUSY"),
        ("PJSIP/1001", ""),
        ("PJSIP/1001", "ANSWER"),
    ):
        dial(call.driver.id, peer, status)
    site.asterisk.leave_bridge(call.driver.id)
    site.end(call, "CONTINUE", IVRKIT_RESULT="solved", **ANSWERED)
    result = await task
    assert result == QueueResult(
        QueueExit.ANSWERED, "PJSIP/1001", 61.5, 8.25, "solved", result.handoff
    )
    assert states(call) == [
        ("queued", "", ""),
        ("called", "PJSIP/1001", ""),
        ("not_answered", "PJSIP/1001", ""),
        ("called", "PJSIP/1002", ""),
        ("not_answered", "PJSIP/1002", ""),
        ("called", "PJSIP/1001", ""),
        ("connected", "PJSIP/1001", ""),
        ("back", "PJSIP/1001", "answered"),
    ]
    first = call.traced[0]
    assert isinstance(first, HandedOff)
    assert (first.queue, first.handoff, first.payload) == ("service", result.handoff, PAYLOAD)


@pytest.mark.parametrize(
    ("status", "exit_"),
    [
        ("CONTINUE", QueueExit.ANSWERED),
        ("TIMEOUT", QueueExit.TIMEOUT),
        ("FULL", QueueExit.FULL),
        ("JOINEMPTY", QueueExit.UNSTAFFED),
        ("LEAVEEMPTY", QueueExit.UNSTAFFED),
        ("JOINUNAVAIL", QueueExit.UNSTAFFED),
        ("LEAVEUNAVAIL", QueueExit.UNSTAFFED),
        ("WITHDRAW", QueueExit.WITHDRAWN),
        ("UNKNOWN", QueueExit.FAILED),
        ("SOMETHING_NEW", QueueExit.FAILED),
        ("", QueueExit.FAILED),
    ],
)
async def test_every_end_is_an_exit(site: Site, status: str, exit_: QueueExit) -> None:
    call = await site.call()
    task = start(site, call)
    await site.queued(call)
    site.end(call, status, MEMBERINTERFACE="PJSIP/1001", IVRKIT_RESULT="old")
    result = await task
    assert result.exit is exit_
    assert (result.agent != "") is (exit_ is QueueExit.ANSWERED)
    assert (result.result != "") is (exit_ is QueueExit.ANSWERED)


async def test_an_older_asterisk_tells_seconds_or_nothing(site: Site) -> None:
    call = await site.call()
    task = start(site, call)
    await site.queued(call)
    site.asterisk.dial(call.driver.id, "PJSIP/1001", "ANSWER")
    site.end(call, "CONTINUE", MEMBERINTERFACE="PJSIP/1001", ANSWEREDTIME="61")
    result = await task
    assert result.talk_time == 61.0
    # What the engine has seen itself, on a clock that counts the events of the trace.
    assert result.wait == 0.0
    assert call.driver.id in site.carrier.channels_by_id


async def test_the_defaults_of_the_site_hold_where_the_flow_says_nothing(site: Site) -> None:
    call = await site.call()
    task = start(site, call, QueueRequest("cards", "c1.1"))
    variables = await site.queued(call)
    assert variables["IVRKIT_QUEUE"] == "cards"
    assert variables["IVRKIT_QUEUE_TIMEOUT"] == "90"
    assert variables["IVRKIT_QUEUE_PRIORITY"] == "3"
    site.end(call, "TIMEOUT")
    await task


async def test_no_limit_is_no_limit(site: Site) -> None:
    call = await site.call()
    task = start(site, call, QueueRequest("service", "c1.1", priority=-5))
    variables = await site.queued(call)
    assert variables["IVRKIT_QUEUE_TIMEOUT"] == ""
    assert variables["IVRKIT_QUEUE_PRIORITY"] == "0"
    site.end(call, "TIMEOUT")
    await task


async def test_a_second_queue_does_not_hear_of_the_first(site: Site) -> None:
    call = await site.call()
    first = start(site, call)
    await site.queued(call)
    site.end(call, "CONTINUE", **ANSWERED)
    await first
    fake = site.asterisk.channels[call.driver.id]
    fake.place = None
    second = start(site, call, QueueRequest("cards", "c1.9"))
    variables = await site.queued(call)
    assert variables["QUEUESTATUS"] == ""
    site.end(call, "TIMEOUT", MEMBERINTERFACE="")
    assert (await second).exit is QueueExit.TIMEOUT


async def test_the_caller_hangs_up_in_the_queue(site: Site) -> None:
    call = await site.call()
    task = start(site, call)
    await site.queued(call)
    site.asterisk.hang_up(call.driver.id)
    with pytest.raises(HangUp):
        await task


async def test_a_queue_the_site_does_not_have(site: Site) -> None:
    call = await site.call()
    with pytest.raises(HandoffError, match="no queue 'servise'") as caught:
        await start(site, call, QueueRequest("servise", "c1.1"))
    assert "service" in caught.value.hint


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "x" * 300, ["a"], {"a": 1}])
async def test_a_field_that_no_header_can_hold(site: Site, value: Any) -> None:
    call = await site.call()
    request = QueueRequest("service", "c1.1", payload={"customer": value})
    with pytest.raises(HandoffError, match="customer"):
        await start(site, call, request)
    assert not site.shelf.kept
    assert site.asterisk.channels[call.driver.id].here


async def test_a_store_that_fails_does_not_keep_the_caller_from_the_agent(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    call = await site.call()
    site.shelf.broken = True
    task = start(site, call)
    await site.queued(call)
    site.end(call, "CONTINUE", **ANSWERED)
    assert (await task).exit is QueueExit.ANSWERED
    assert "could not be stored" in caplog.text


# ---- after the engine was killed -----------------------------------------------------------------


async def killed(site: Site) -> str:
    """A call is queued by an engine that then dies; its channel."""
    call = await site.call()
    task = start(site, call)
    await site.queued(call)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return call.driver.id


async def test_resumed_while_the_caller_waits(asterisk: FakeAsterisk) -> None:
    async with Site(asterisk, SETTINGS) as dead:
        name = await killed(dead)
    async with Site(asterisk, SETTINGS) as site:
        call = await site.adopt(name)
        task = start(site, call, resumed=True)
        await eventually(lambda: asterisk.channels[name].subscriptions == 2)
        asterisk.dial(name, "PJSIP/1001", "ANSWER")
        asterisk.press(name, "1")
        await eventually(lambda: call.traced)
        site.end(call, "CONTINUE", **ANSWERED)
        result = await task
        assert (result.exit, result.agent, result.talk_time) == ("answered", "PJSIP/1001", 61.5)
        assert result.handoff == asterisk.channels[name].variables["IVRKIT_HANDOFF"]
        assert [state for state, *_ in states(call)] == ["connected", "back"]
        assert not call.mailbox.events


async def test_resumed_when_the_caller_is_back(asterisk: FakeAsterisk) -> None:
    async with Site(asterisk, SETTINGS) as dead:
        name = await killed(dead)
    fake = asterisk.channels[name]
    fake.variables.update(QUEUESTATUS="CONTINUE", **ANSWERED)
    fake.here, fake.arguments = True, ("back",)
    async with Site(asterisk, SETTINGS) as site:
        result = await start(site, await site.adopt(name), resumed=True)
        assert (result.exit, result.agent, result.wait) == ("answered", "PJSIP/1001", 8.25)


async def test_resumed_before_it_had_left(asterisk: FakeAsterisk) -> None:
    async with Site(asterisk, SETTINGS) as site:
        call = await site.call()
        asterisk.channels[call.driver.id].variables["IVRKIT_TICKET"] = REQUEST.ticket
        asterisk.channels[call.driver.id].variables["QUEUESTATUS"] = ""
        task = start(site, call, resumed=True)
        await site.queued(call)
        site.end(call, "TIMEOUT")
        assert (await task).exit is QueueExit.TIMEOUT
        assert asterisk.channels[call.driver.id].subscriptions == 0


async def test_resumed_with_the_result_of_an_earlier_queue_begins_anew(
    asterisk: FakeAsterisk,
) -> None:
    async with Site(asterisk, SETTINGS) as site:
        call = await site.call()
        old = {"IVRKIT_TICKET": "c1.3", "QUEUESTATUS": "CONTINUE", **ANSWERED}
        asterisk.channels[call.driver.id].variables.update(old)
        task = start(site, call, resumed=True)
        assert (await site.queued(call))["IVRKIT_TICKET"] == REQUEST.ticket
        site.end(call, "FULL")
        assert (await task).exit is QueueExit.FULL


async def test_resumed_and_gone(asterisk: FakeAsterisk) -> None:
    async with Site(asterisk, SETTINGS) as dead:
        name = await killed(dead)
    async with Site(asterisk, SETTINGS) as site:
        call = await site.adopt(name)
        asterisk.vanish(name)
        with pytest.raises(ChannelGone):
            await start(site, call, resumed=True)


async def test_a_call_that_somebody_else_has_is_not_queued(asterisk: FakeAsterisk) -> None:
    async with Site(asterisk, SETTINGS) as dead:
        name = await killed(dead)
    async with Site(asterisk, SETTINGS) as site:
        call = await site.adopt(name)
        request = QueueRequest("cards", "another")
        with pytest.raises(CarrierError, match="other hands"):
            await start(site, call, request, resumed=True)


async def test_a_return_seen_and_asked_for_is_one_return(asterisk: FakeAsterisk) -> None:
    """The resumed step finds by asking what an event also tells; the next queue of the call must
    not take that event for its own."""
    async with Site(asterisk, SETTINGS) as dead:
        name = await killed(dead)
    async with Site(asterisk, SETTINGS) as site:
        call = await site.adopt(name)
        site.end(call, "TIMEOUT")
        await eventually(lambda: call.mailbox.events)
        assert (await start(site, call, resumed=True)).exit is QueueExit.TIMEOUT
        asterisk.channels[name].place = None
        second = start(site, call, QueueRequest("cards", "c1.9"))
        await site.queued(call)
        assert not second.done()
        site.end(call, "FULL")
        assert (await second).exit is QueueExit.FULL


async def test_a_gap_in_the_queue_changes_nothing(site: Site) -> None:
    call = await site.call()
    task = start(site, call)
    await site.queued(call)
    await site.asterisk.drop()
    await eventually(lambda: site.asterisk.connects == 2 and site.carrier.client.is_connected)
    site.end(call, "CONTINUE", **ANSWERED)
    assert (await task).exit is QueueExit.ANSWERED


async def test_figures_are_those_of_the_queue_here(site: Site) -> None:
    await site.call()
    site.asterisk.functions.update(
        {
            "QUEUE_WAITING_COUNT(main-queue)": "3",
            "QUEUE_MEMBER(main-queue,ready)": "0",
            "QUEUE_MEMBER(main-queue,logged)": "2",
            "QUEUE_VARIABLES(main-queue)": "0",
            "QUEUETALKTIME": "120",
            "QUEUEHOLDTIME": "30",
        }
    )
    assert await site.queues.figures("service") == QueueFigures(3, 0, 2, 240.0)
    with pytest.raises(HandoffError):
        await site.queues.figures("sales")
