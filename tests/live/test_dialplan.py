"""The shipped dialplan against its contract with the engine (asterisk-conf/README.md)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.phones import Baresip

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


@asynccontextmanager
async def agent_ready(phone: Any, asterisk: PrivateAsterisk) -> AsyncIterator[Baresip]:
    async with phone("1001", answers=True) as agent:
        await asterisk.wait_for_agent("1001")
        yield agent


async def logged(asterisk: PrivateAsterisk, text: str, since: int) -> None:
    async with asyncio.timeout(20):
        while text not in asterisk.log()[since:]:
            await asyncio.sleep(0.1)


async def test_a_call_reaches_the_application_unanswered(phone: Any, ari: Any) -> None:
    async with ari.application() as application, phone("4930123") as caller:
        await caller.ring("801")
        started = await application.wait_for("StasisStart")
        channel = started["channel"]
        assert started["args"] == []
        assert channel["state"] == "Ring"
        assert channel["dialplan"]["exten"] == "801"
        assert channel["caller"]["number"] == "4930123"
        await ari.request("POST", f"channels/{channel['id']}/answer")
        await caller.established()
        # The flow is over: nothing stands behind it, so the call ends.
        await ari.request("POST", f"channels/{channel['id']}/continue")
        await caller.closed()


async def test_without_an_engine_the_fallback_takes_the_call(
    phone: Any, ari: Any, asterisk: PrivateAsterisk
) -> None:
    async with agent_ready(phone, asterisk) as agent, phone("4930123") as caller:
        await caller.dial("801")
        await agent.established()
        await caller.hang_up()
        await agent.closed()


async def test_a_full_engine_makes_the_number_busy(phone: Any, ari: Any) -> None:
    async with ari.application() as application, phone("4930123") as caller:
        await caller.ring("801")
        channel = (await application.wait_for("StasisStart"))["channel"]["id"]
        await ari.set(channel, "IVRKIT_STATUS", "BUSY")
        await ari.request("POST", f"channels/{channel}/continue")
        assert (await caller.closed()).param == "486 Busy Here"


async def test_an_engine_that_is_drained_is_away_for_new_calls(
    phone: Any, ari: Any, asterisk: PrivateAsterisk
) -> None:
    async with (
        ari.application() as application,
        agent_ready(phone, asterisk) as agent,
        phone("4930123") as caller,
    ):
        await caller.ring("801")
        channel = (await application.wait_for("StasisStart"))["channel"]["id"]
        await ari.set(channel, "IVRKIT_STATUS", "DRAINING")
        await ari.request("POST", f"channels/{channel}/continue")
        await agent.established()
        await caller.hang_up()
        await agent.closed()


async def test_hand_off_and_back(phone: Any, ari: Any, asterisk: PrivateAsterisk) -> None:
    async with (
        ari.application() as application,
        agent_ready(phone, asterisk) as agent,
        phone("4930123") as caller,
    ):
        await caller.ring("801")
        channel = (await application.wait_for("StasisStart"))["channel"]["id"]
        await ari.request("POST", f"channels/{channel}/answer")
        await ari.set(channel, "__IVRKIT_HANDOFF", "b7f2")
        for number, (name, value) in enumerate(
            [("Customer", "Ann, \"the\" 'one' \\o/ ; (x)"), ("Bad\r\nX-Evil", "a\r\nX-Evil: b")], 1
        ):
            await ari.set(channel, f"__IVRKIT_HEADER_{number}_NAME", name)
            await ari.set(channel, f"__IVRKIT_HEADER_{number}_VALUE", value)
        await ari.set(channel, "IVRKIT_HEADERS", "predial")
        await ari.set(channel, "IVRKIT_QUEUE", "service")
        await ari.set(channel, "IVRKIT_QUEUE_TIMEOUT", "30")
        await ari.set(channel, "IVRKIT_QUEUE_PRIORITY", "5")
        await ari.request(
            "POST",
            f"channels/{channel}/continue",
            context="ivrkit-queue",
            extension="s",
            priority="1",
        )
        await agent.established()
        assert agent.received_headers() == {
            "X-IVRKit-Handoff": "b7f2",
            "X-IVRKit-Customer": "Ann, \"the\" 'one' \\o/ ; (x)",
            "X-IVRKit-BadX-Evil": "aX-Evil: b",
        }
        assert await ari.value(channel, "QUEUE_PRIO") == "5"
        await agent.hang_up()
        back = await application.wait_for("StasisStart")
        assert back["channel"]["id"] == channel
        assert back["args"] == ["back"]
        assert await ari.value(channel, "QUEUESTATUS") == "CONTINUE"
        assert await ari.value(channel, "MEMBERINTERFACE") == "PJSIP/1001"
        assert await ari.value(channel, "ANSWEREDTIME_MS") != ""
        await ari.request("DELETE", f"channels/{channel}")
        await caller.closed()


async def test_an_inheritable_header_passes_through_the_queue(
    phone: Any, ari: Any, asterisk: PrivateAsterisk
) -> None:
    async with (
        ari.application() as application,
        agent_ready(phone, asterisk) as agent,
        phone("4930123") as caller,
    ):
        await caller.ring("801")
        channel = (await application.wait_for("StasisStart"))["channel"]["id"]
        await ari.set(channel, "PJSIP_INHERITABLE_HEADER(add,X-IVRKit-Handoff)", "b7f2")
        await ari.set(channel, "IVRKIT_QUEUE", "cards")
        await ari.request(
            "POST",
            f"channels/{channel}/continue",
            context="ivrkit-queue",
            extension="s",
            priority="1",
        )
        await agent.established()
        assert agent.received_headers() == {"X-IVRKit-Handoff": "b7f2"}
        await caller.hang_up()
        await agent.closed()


@pytest.mark.parametrize(
    ("queue", "status"), [("service", "JOINEMPTY"), ("no-such-queue", "UNKNOWN")]
)
async def test_the_result_of_a_queue_is_left_in_variables(
    phone: Any, ari: Any, queue: str, status: str
) -> None:
    async with ari.application() as application, phone("4930123") as caller:
        await caller.ring("801")
        channel = (await application.wait_for("StasisStart"))["channel"]["id"]
        await ari.set(channel, "IVRKIT_QUEUE", queue)
        await ari.set(channel, "MEMBERINTERFACE", "left from before")
        await ari.request(
            "POST",
            f"channels/{channel}/continue",
            context="ivrkit-queue",
            extension="s",
            priority="1",
        )
        assert (await application.wait_for("StasisStart"))["args"] == ["back"]
        assert await ari.value(channel, "QUEUESTATUS") == status
        assert await ari.value(channel, "MEMBERINTERFACE") == ""
        await ari.request("DELETE", f"channels/{channel}")
        await caller.closed()


async def test_a_call_waits_for_an_engine_that_is_away(
    phone: Any, ari: Any, asterisk: PrivateAsterisk
) -> None:
    since = len(asterisk.log())
    async with phone("4930123") as caller:
        await caller.ring("703")
        await logged(asterisk, "StartMusicOnHold", since)
        async with ari.application() as application:
            back = await application.wait_for("StasisStart")
            assert back["args"] == ["back"]
            await ari.request("DELETE", f"channels/{back['channel']['id']}")
            await caller.closed()


async def test_an_engine_that_stays_away_is_given_up(
    phone: Any, ari: Any, asterisk: PrivateAsterisk
) -> None:
    since = len(asterisk.log())
    await asterisk.command("dialplan set global IVRKIT_BACK_TRIES 2")
    try:
        async with phone("4930123") as caller:
            await caller.ring("703")
            await logged(asterisk, "s@ivrkit-fallback", since)
            await caller.hang_up()
    finally:
        await asterisk.command("dialplan set global IVRKIT_BACK_TRIES 30")


async def test_three_beeps_without_an_engine(phone: Any, ari: Any) -> None:
    async with phone("2002") as caller:
        await caller.dial("900")
        await caller.closed()


async def test_the_terminal_phone_has_the_same_numbers(ari: Any) -> None:
    async with ari.application() as application, ari.application("terminal"):
        await ari.request(
            "POST",
            "channels",
            endpoint="Local/801@ivrkit-phone",
            app="terminal",
            formats="ulaw",
        )
        channel = (await application.wait_for("StasisStart"))["channel"]
        assert channel["dialplan"]["exten"] == "801"
        await ari.request("DELETE", f"channels/{channel['id']}")
