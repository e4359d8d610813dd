"""The network between engine and Asterisk breaks, in every way, while calls are in progress."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Failed, HandedOff, Interruption, Listening, Pressed, Said
from ivrkit.service.timeline import lines_of
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.phones import Baresip
from ivrkit.testing.wire import Wire
from tests.live.ari_support import eventually
from tests.live.cutting import (
    GUIDE,
    Course,
    Cutter,
    Quiet,
    Script,
    gaps,
    guide,
    over_a_wire,
    presses,
    talking,
    tour,
)
from tests.live.harness import LiveCall
from tests.soak import seed_of_the_day, times

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

CUTS = times(5, 50)
WAYS = ["websocket", "http"][: times(1, 2)]


@pytest.mark.soak
@pytest.mark.parametrize("rest", WAYS)
async def test_calls_over_a_cut_network_go_as_over_a_whole_one(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, rest: str
) -> None:
    """Every way of breaking, at any moment: the traces differ by nothing but their gaps, of which
    each cut makes one in every call that is there all the time."""
    seed = seed_of_the_day()
    print(f"\nIVRKIT_SEED={seed}")
    scripts: dict[str, Script] = {"7500": tour, "7501": guide}
    async with (
        over_a_wire(asterisk, tmp_path, 5, rest=rest) as (exchange, site, wire),
        exchange.agent() as agent,
    ):
        quiet = Quiet()
        press = presses(site, quiet)
        talks = asyncio.create_task(talking(agent))
        calls: list[tuple[str, LiveCall]] = []

        async def call(number: str) -> LiveCall:
            async with exchange.caller() as made:
                async with quiet:  # one that comes in a gap takes the fallback
                    await eventually(lambda: site.carrier.client.is_connected)
                    await made.dial(number)
                await scripts[number](made, press)
                return made

        whole = {
            number: Course.of(made.events)
            for number, made in zip(scripts, await asyncio.gather(*map(call, scripts)), strict=True)
        }
        cutter = Cutter(site, exchange.traces, wire, quiet, CUTS, seed)
        over = False

        async def callers(number: str) -> None:
            while not over:
                calls.append((number, await call(number)))

        async with asyncio.TaskGroup() as group:
            for number in ("7500", "7500", "7501"):
                group.create_task(callers(number))
            while cutter.left:
                await cutter.cut()
            over = True
        talks.cancel()
    heard = [length for _, made in calls for length in gaps(made.events)]
    unheard: Counter[str] = Counter()
    for number, made in calls:
        try:
            unheard.update(Course.of(made.events).unheard(whole[number]))
        except AssertionError as error:
            raise AssertionError(f"{error}\n{made.story()}") from None
    print(
        f"{rest}: {len(calls)} calls, {len(heard)} gaps told; fell into a gap: {dict(unheard)}\n"
        f"{cutter.figures()}\ncalls that were told of a gap: {dict(cutter.told)}"
    )
    assert min(cutter.told.values()) > 0, "a kind of cut that nobody was told of"
    assert len(heard) >= cutter.told.total()


QUESTION = """\
ivrkit: 1
flow: question
language: en
exits: {no_input: out, no_match: out}
on_end: wrap-up
sections:
  main:
    - answer
    - say: This is a sentence of some length, and a gap is in the middle of it.
    - menu:
        prompt: Press 1.
        first_digit: 6s
        attempts: 2
        no_input: Nothing was heard.
        keys: {1: done}
  done:
    - say: Thank you for the key.
    - hangup
  out:
    - hangup
  wrap-up:
    - log: "question: {{ call.ended }}"
"""


async def test_what_callers_do_in_a_gap(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    """A key is lost, and the question asked again; a prompt ends; somebody hangs up; somebody
    calls."""
    async with (
        over_a_wire(asterisk, tmp_path, 5, {"question": QUESTION}) as (exchange, site, wire),
        exchange.calling("7500") as presser,
        exchange.caller() as listener,
        exchange.caller() as leaver,
        exchange.caller() as late,
    ):
        client = site.carrier.client
        await presser.until_asked("Press 1")
        await asyncio.gather(listener.dial("7500"), leaver.dial("7500"))
        sentence = await listener.until_said("a sentence")
        await leaver.until_said("a sentence")
        await listener.listen(0.5)
        wire.refuse()
        wire.cut()
        await eventually(lambda: not client.is_connected)
        assert any("Asterisk is away" in problem for problem in site.problems())
        since = len(asterisk.log())
        await late.phone.ring("7500")
        await presser.press("1")
        await leaver.hang_up()
        await asyncio.sleep(sentence.seconds)  # he hears it to its end
        await eventually(lambda: "Executing [s@ivrkit-fallback:1]" in asterisk.log()[since:])
        await wire.accept()
        await eventually(lambda: client.is_connected)
        assert site.problems() == []
        await asyncio.gather(leaver.ends("caller"), after_the_gap(presser), after_it(listener))
        await late.hang_up()
        await late.phone.closed()
    assert leaver.noted() == ["question: caller"]
    assert exchange.traces.of_caller(late.phone.name) is None
    (gap,) = told(presser)
    assert "keys pressed meanwhile are lost" in gap


async def after_the_gap(call: LiveCall) -> None:
    """His key was lost: he is asked once more."""
    await call.until_said("Nothing was heard")
    await call.until(Listening)
    await call.press("1")
    await call.until_said("Thank you for the key")
    await call.ends()


async def after_it(call: LiveCall) -> None:
    """His prompt is over: the next one begins at once."""
    gap = await call.until(Interruption)
    assert gap.seconds > 0
    said = await call.until(Said, text="a sentence")
    assert said.end == "finished", call.story()
    await call.until_asked("Press 1")
    await call.press("1")
    await call.ends()


def told(call: LiveCall) -> list[str]:
    """The gaps of a call as people are told of them."""
    return [line.text for line in lines_of(call.events) if "was not heard" in line.text]


async def test_an_agent_answers_in_a_gap(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    """One who still talks is found; of one who is done the call itself tells."""
    async with (
        over_a_wire(asterisk, tmp_path, 5, {"guide": GUIDE}) as (exchange, _, wire),
        exchange.agent(answers=False) as agent,
        exchange.caller() as found,
        exchange.caller() as done,
    ):
        await found.dial("7500")
        await answered_in_a_gap(agent, found, wire)
        await wire.accept()
        connected = await found.until(HandedOff, state="connected", party="1001")
        assert connected.handoff
        await agent.hang_up()
        await agent.closed()
        await after_the_talk(found)
        await done.dial("7500")
        await answered_in_a_gap(agent, done, wire)
        await agent.hang_up()
        await agent.closed()
        await wire.accept()
        await after_the_talk(done)
    assert found.handoffs() == ["queued", "called", "connected", "back"]
    assert done.handoffs() == ["queued", "called", "back"]
    for call in (found, done):
        assert len(gaps(call.events)) == 1


async def answered_in_a_gap(agent: Baresip, call: LiveCall, wire: Wire) -> None:
    """Asterisk believes that the engine is there: a call that comes back comes to it."""
    await call.until(HandedOff, state="called")
    await agent.wait_for("CALL_INCOMING")
    wire.refuse()
    wire.stall()
    await agent.accept()
    await agent.established()


async def after_the_talk(call: LiveCall) -> None:
    """He is asked about the agent."""
    await call.until(HandedOff, state="back", result="answered", party="1001")
    await call.until_asked("Press 5")
    await call.press("5")
    await call.ends()


async def test_a_call_that_comes_on_a_stalled_connection_is_taken_up(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    """Asterisk believes that the engine is there, and gives it the call: nobody hears of it, until
    the connection is found dead."""
    async with over_a_wire(asterisk, tmp_path, 5, {"question": QUESTION}) as (exchange, site, wire):
        wire.stall()
        async with exchange.calling("7500") as call:
            await call.until_asked("Press 1")
            await call.press("1")
            await call.ends()
        assert site.carrier.client.away > 0


@pytest.mark.parametrize("rest", ["websocket", "http"])
async def test_asterisk_answers_late(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path, rest: str
) -> None:
    """Answers come 1.5 s after what they answer: nothing breaks, nothing is done twice, and keys
    stop prompts as soon as that can be asked for."""
    async with (
        over_a_wire(asterisk, tmp_path, 5, {"question": QUESTION}, rest=rest) as (
            exchange,
            _,
            wire,
        ),
    ):
        wire.late = 1.5
        async with exchange.calling("7500") as patient, exchange.calling("7500") as quick:
            await quick.until_said("a sentence")
            await quick.press("1")
            await quick.until(Said, end="barge_in")
            await quick.until(Pressed, keys="1")
            await patient.until_asked("Press 1")
            await patient.press("1")
            await asyncio.gather(patient.ends(), quick.ends())
        ears = patient.listened()
        sentence = patient.files("a sentence")[0]
        assert ears.times(sentence, 2) == 1
        for call in (patient, quick):
            assert call.happened(Failed) == []
            assert gaps(call.events) == []
            assert call.said()[-1] == ("Thank you for the key.", "finished")
