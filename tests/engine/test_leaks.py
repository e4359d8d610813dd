"""Calls of random behaviour leave no object behind in an engine that goes on."""

from __future__ import annotations

import asyncio
import gc
import random
import textwrap
from collections import Counter

import pytest

from ivrkit.call.queues import QueueExit
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.engine.engine import Start
from ivrkit.flow.closure import from_sources
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.given import Given, QueueUse
from ivrkit.qa.simulation import Simulation
from ivrkit.service.registries import reader
from ivrkit.testing.clock import VirtualClock
from tests.engine.conftest import Shelf
from tests.soak import times

WARM, CALLS, TOGETHER = times(200, 2000), times(500, 20_000), 25
ROOM = times(20, 100)
"""How many more objects of a type there may be: of what is worked out once, and kept."""
LONGEST = 3601.0
"""Seconds until the last timer of a call has come."""
FLOW = textwrap.dedent("""\
    ivrkit: 1
    flow: main
    language: en
    variables: {pin: secret, day: digits, message: {file: text, seconds: number, id: text}}
    keys: {9: again}
    shortcuts: {"*7": short}
    defaults: {menu: {attempts: 2, first_digit: 2s}, collect: {attempts: 2, first_digit: 2s}}
    exits: {no_input: out, no_match: out}
    on_error: out
    on_end: [{log: "{{ call.ended }} {{ day }}"}]
    sections:
      main:
        - answer
        - say: A sentence to hang up in.
        - menu:
            prompt: One to nine.
            keys:
              1: {say: For a day, to: day}
              2: records
              3: waits
              4: queued
              5: within
              6: listens
      day:
        - collect: {into: pin, prompt: A secret., digits: 4}
        - collect: {into: day, prompt: A day., digits: 1-2, confirm: true}
        - hangup
      records:
        - record: {into: message, longest: 5s, end_keys: hash, keep: call}
          exits: {empty: out}
        - hangup
      waits:
        - wait:
            for: 20s
            meanwhile:
              - say: While you wait.
              - menu: {prompt: One., keys: {1: again, 2: out}, first_digit: 1s}
            keys: {8: [{say: Eight.}]}
        - hangup
      queued:
        - queue: {name: service, timeout: 30s}
          exits: {else: out}
        - goto: day
      within:
        - each: n in [1, 2, 3]
          do:
            - run: {flow: inner, with: {what: "{{ n }}"}}
        - hangup
      listens:
        - listen: {prompt: Say it., choices: {one: [one], two: [two]}, first_word: 2s}
        - hangup
      short:
        - say: That was short.
        - hangup
      out:
        - say: Goodbye.
        - hangup
    """)
INNER = textwrap.dedent("""\
    ivrkit: 1
    flow: inner
    language: en
    params: {what: text}
    exits: {no_input: next, no_match: next}
    on_end: [{log: "{{ what }}"}]
    sections:
      main:
        - menu: {prompt: "{{ what }}", keys: {1: [{return: {}}]}, first_digit: 1s, attempts: 1}
    """)
KEYS = ("1", "1123407#1", "2", "3", "4", "5", "6", "*7", "9", "#", "0", "8")


async def somebody(simulation: Simulation, chance: random.Random) -> None:
    """Does anything, and hangs up at any time, or when the call is over."""
    with simulation.clock.player():
        channel: SimulatedChannel = simulation.call("800", "+4930123")
        for _ in range(chance.randint(0, 6)):
            await simulation.clock.sleep(chance.choice((0.0, 0.01, 0.7, 3.0, 9.0)))
            if channel.caller.cause is not None:
                return
            if chance.random() < 0.8:
                channel.press(chance.choice(KEYS))
            else:
                channel.speak(chance.uniform(0, 3))
        if chance.random() < 0.8:
            await simulation.clock.sleep(chance.uniform(0, 4))
            channel.hang_up_by_caller()


def forget(simulation: Simulation, keeper: Shelf) -> None:
    """What the world remembers of its calls is no matter of the engine's."""
    simulation.carrier.calls.clear()
    simulation.carrier._arrivals.clear()
    simulation.queues._tickets.clear()
    simulation.queues.requests.clear()
    simulation.queues.missing.clear()
    simulation.messages.kept.clear()
    keeper.origins.clear()


def kept() -> Counter[str]:
    """Objects of ivrkit's own types, futures, tasks and timers."""
    gc.collect()
    kinds = (type(each) for each in gc.get_objects())
    names = (f"{each.__module__}.{each.__qualname__}" for each in kinds)
    return Counter(name for name in names if name.startswith(("ivrkit.", "_asyncio.", "asyncio.")))


@pytest.mark.soak
@pytest.mark.timeout(times(90, 900))
async def test_calls_of_any_behaviour_leave_no_object() -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    chance = random.Random(seed)
    clock = VirtualClock()
    version = from_sources(reader(), "main", {"main": FLOW, "inner": INNER})
    uses = [QueueUse(exit_, talk=3.0, after=2.0) for exit_ in QueueExit] * TOGETHER
    given = Given(queues={"service": tuple(uses)})
    simulation = Simulation(clock, TextPrompts(), lambda _: Start(version), given=given)
    simulation.engine = simulation.new_engine(keeper := Shelf())
    await simulation.start()
    before: Counter[str] = Counter()
    for number in range((WARM + CALLS) // TOGETHER):
        async with asyncio.TaskGroup() as callers:
            for _ in range(TOGETHER):
                callers.create_task(somebody(simulation, chance))
        with clock.player():
            await clock.sleep(LONGEST)
        assert simulation.engine.live() == {}, seed
        assert keeper.captures == {}, seed
        forget(simulation, keeper)
        if number == WARM // TOGETHER:
            before = kept()
    more = kept() - before
    assert {name: count for name, count in more.items() if count > ROOM} == {}, seed
