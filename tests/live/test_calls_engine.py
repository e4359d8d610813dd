"""The engine as a process, live: killed with calls in it, reloaded, taken over."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import HandedOff, Resumed, VariableSet
from ivrkit.service.client import ApiClient
from ivrkit.service.configuration import load_configuration
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.harness import LiveCall
from tests.live.served import Served, served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

TOWN, DAY, OFFICE = (
    "Where would you like to go?",
    "On which day",
    "This is the lost property office",
)
POINTS = "How many points do you give to our office"


async def logged(asterisk: PrivateAsterisk, text: str, since: int) -> None:
    async with asyncio.timeout(20):
        while text not in asterisk.log()[since:]:
            await asyncio.sleep(0.1)


async def test_calls_go_on_after_their_engine_was_killed(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    async with (
        served(asterisk, tmp_path, 6) as (exchange, engine),
        exchange.agent() as agent,
        exchange.calling("7608") as menu,
        exchange.calling("7608") as question,
        exchange.calling("7607") as talking,
    ):
        await menu.until_said(TOWN)
        await question.until_said(TOWN)
        await question.press("2")
        await question.until_said(DAY)
        await to_the_queue(talking, "1")
        await talking.until(HandedOff, state="connected")
        async with exchange.calling("7607") as waiting:
            await to_the_queue(waiting, "2")
            await menu.listen(1.5)
            await engine.kill()
            await fallback_takes_a_new_call(asterisk, exchange)
            # The one who waits reaches the agent, and the other comes back, without an engine.
            await agent.established()
            await agent.hang_up()
            await agent.established()
            await engine.start()
            await asyncio.gather(
                menu_goes_on(menu), question_goes_on(question), talking_comes_back(talking)
            )
            await agent.hang_up()
            await waiting.until_said(POINTS)
            await waiting.press("4")
            await waiting.ends()
            check_menu(menu)
            check_question(question)
            for call in (talking, waiting):
                assert call.handoffs()[-1] == "back"
                assert call.happened(HandedOff)[-1].result == "answered"
                assert call.noted()[0] == "PJSIP/1001 talked"
                call.listened()


async def to_the_queue(call: LiveCall, key: str) -> None:
    await call.until_said(OFFICE)
    await call.press(key)
    await call.until(HandedOff, state="queued")


async def fallback_takes_a_new_call(asterisk: PrivateAsterisk, exchange: Any) -> None:
    since = len(asterisk.log())
    async with exchange.caller() as late:
        await late.phone.dial("7608")
        await logged(asterisk, "Executing [s@ivrkit-fallback:1]", since)
        await late.hang_up()
        await late.phone.closed()


async def menu_goes_on(call: LiveCall) -> None:
    await call.until(Resumed)
    await call.until_said(TOWN)
    await call.listen(2.5)
    await call.press("1")
    await call.until_asked(DAY)
    await call.press("14")
    await call.ends()


def check_menu(call: LiveCall) -> None:
    assert call.said()[-1] == ("We have a ticket to Lisbon on the day 14", "finished")
    ears = call.listened()
    town = call.files(TOWN)[0]
    # The prompt began twice; neither was heard to its end: the first was stopped with the restart,
    # else Asterisk would have played it before the second.
    assert ears.times(town, 1) == 2
    assert not ears.heard_whole(town)


def check_question(call: LiveCall) -> None:
    assert [event.value for event in call.happened(VariableSet)] == ["Vienna", "27"]
    assert call.said()[-1] == ("We have a ticket to Vienna on the day 27", "finished")
    call.listened()


async def question_goes_on(call: LiveCall) -> None:
    await call.until(Resumed)
    await call.until_asked(DAY)
    await call.press("27")
    await call.ends()


async def talking_comes_back(call: LiveCall) -> None:
    await call.until(HandedOff, state="back")
    await call.until_said(POINTS)
    await call.press("5")
    await call.ends()


EDITION = """\
ivrkit: 1
flow: paper
language: en
exits: {{no_input: out, no_match: out}}
sections:
  main:
    - answer
    - {verb}:
        prompt: {text}
        first_digit: 1m
        keys: {{1: out, 2: again}}
  out:
    - say: The paper has been read.
    - hangup
"""
FIRST, SECOND, THIRD = (
    f"You are reading the {each} edition." for each in ("first", "second", "third")
)


async def test_flows_are_reloaded_and_an_engine_is_taken_over(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    file = tmp_path / "flows" / "paper.yaml"
    file.parent.mkdir()

    def write(text: str, verb: str = "menu") -> None:
        file.write_text(EDITION.format(text=text, verb=verb))

    write(FIRST)
    site = {"flows": "flows", "numbers": {"800": "paper"}, "queues": {}}
    async with (
        served(asterisk, tmp_path, 7, **site) as (exchange, engine),
        exchange.calling("7700") as old,
    ):
        await old.until_asked(FIRST)
        write(SECOND)  # nobody tells the engine: it looks for itself
        await engine.tells("flows reloaded: 1 new, 0 as before, 0 refused")
        async with exchange.calling("7700") as new:
            await new.until_asked(SECOND)
            assert await versions(tmp_path) == [("serving", 1), ("ending", 1)]
            write(THIRD, verb="mneu")
            told = await engine.tells("flows reloaded: 0 new, 0 as before, 1 refused")
            assert "paper.yaml:8:7: error[unknown-verb]" in told
            assert await versions(tmp_path) == [("serving", 1), ("refused", 0), ("ending", 1)]
            engine.reload()
            await engine.tells("flows reloaded: 0 new, 0 as before, 1 refused")
            await new.press("2")
            await new.until_asked(SECOND)
            await old.press("2")
            await old.until_asked(FIRST)
            write(THIRD)
            other = Served(tmp_path, "other")
            try:
                await other.start("--take-over")
                assert await engine.ended() == 0
                await engine.tells("handed over: 2 calls")
                await going_on(old, FIRST)
                await going_on(new, SECOND)
                async with exchange.calling("7700") as newest:
                    await newest.until_asked(THIRD)
                    await newest.press("1")
                    await newest.ends()
                for call in (old, new, newest):
                    call.listened()
            finally:
                await other.stop()


async def versions(site: Path) -> list[tuple[str, int]]:
    """What `ivrkit flows` is told: the state of each version, and how many calls are in it."""
    async with ApiClient(load_configuration(site)) as api:
        answer = await api.get("/v1/flows")
    return [(each["state"], each["calls"]) for each in answer["flows"]]


async def going_on(call: LiveCall, text: str) -> None:
    await call.until(Resumed)
    await call.until_asked(text)
    await call.press("1")
    await call.ends()
