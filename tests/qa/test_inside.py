"""An engine that is killed at random instants inside steps: calls go on as if it had not been."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Entered
from ivrkit.engine import recovery
from ivrkit.engine.state import SessionState
from ivrkit.flow.model import FlowVersion
from ivrkit.qa.diary import PlayedCall
from ivrkit.qa.instants import chance, instants
from ivrkit.qa.script import Dial
from tests.qa.conftest import Play, script
from tests.soak import times

SEEDS = range(1, times(8, 200) + 1)

QUESTIONS = """
variables: {account: text, tries: {type: number, default: 0}}
exits: {no_input: hangup, no_match: hangup}
sections:
  main:
    - answer
    - say: Welcome.
    - collect: {into: account, digits: 4, prompt: Your account., check: account != '0000'}
    - wait: 5s
    - each: count in [1, 2, 3]
      do:
        - set: {tries: "{{ tries + count }}"}
    - menu: {prompt: Well?, keys: {1: sent}}
  sent:
    - say: "{{ account }}, {{ tries }}"
"""
TYPED = """
- press: 4711
- hear: Well
- press: 1
- hear: "4711, 6"
- expect: {ended: flow, variables: {account: "4711", tries: 6}}
"""
OTHERS = """
variables: {name: text, rows: number}
on_error: broken
sections:
  main:
    - answer
    - database:
        source: crm
        query: select name from a
        take: value
        into: name
        meanwhile: {do: [{say: One moment please.}], after: 1s}
      exits: {not_found: broken}
    - database: {source: crm, execute: delete from a, into: rows}
      exits: {unknown: perhaps}
    - queue: {name: service}
      exits: {timeout: broken}
    - say: "Thank you, {{ name }}"
  perhaps:
    - say: Perhaps.
  broken:
    - say: Sorry.
"""
HANDED = """
- queue: {name: service, until: back, exit: answered}
- hear: Thank you, Ann
- expect: {ended: flow}
"""
GIVEN = """
database.crm: [{answer: Ann, after: 4s}, {answer: 1, after: 2s}]
queue.service: {after: 5s, answered: {talk: 20s}}
"""
MESSAGE = """
variables:
  message: {file: text, seconds: number, id: text}
sections:
  main:
    - answer
    - say: Speak.
    - record: {into: message, longest: 30s}
      exits: {empty: main}
    - say: "{{ message.seconds }} seconds"
"""
SPOKEN = """
- say: {seconds: 4s}
- hear: 4 seconds
- expect: {ended: flow}
"""


@pytest.mark.parametrize("seed", SEEDS)
async def test_who_is_asked_again_answers_again(play: Play, seed: int) -> None:
    outcome = await play(QUESTIONS, TYPED, restart_inside=seed)
    assert outcome.failure is None


@pytest.mark.parametrize("seed", SEEDS)
async def test_look_ups_writes_and_agents(play: Play, seed: int) -> None:
    outcome = await play(OTHERS, HANDED, given=GIVEN, restart_inside=seed)
    assert outcome.failure is None


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_recording_goes_on(play: Play, seed: int) -> None:
    outcome = await play(MESSAGE, SPOKEN, restart_inside=seed)
    assert outcome.failure is None


async def test_engines_die_in_most_of_the_calls(play: Play) -> None:
    died = [await play(QUESTIONS, TYPED, restart_inside=seed) for seed in range(10)]
    assert sum(each.restarts > 0 for each in died) >= 8


async def test_the_same_seed_kills_at_the_same_instants(play: Play) -> None:
    one, other = [await play(QUESTIONS, TYPED, restart_inside=3) for _ in range(2)]
    assert one.restarts == other.restarts > 0
    call = PlayedCall(Dial(number="800"), 0.0, events=[Entered(path="a", verb="say")] * 9)
    call.times.extend(float(count) for count in range(9))
    again = script('script: 1\ndial: "800"\ncall: [hangup]')
    first = instants(chance(7, again, 1), call)
    assert first == instants(chance(7, again, 1), call)
    assert any(first != instants(chance(seed, again, 1), call) for seed in range(8, 12))


async def failing(play: Play, flow: str, turns: str, given: str = "") -> str:
    """What is said of the first seed that finds it, in one text."""
    for seed in range(40):
        outcome = await play(flow, turns, given=given, restart_inside=seed)
        if outcome.failure is not None:
            return " ".join((outcome.failure.message, *outcome.failure.errors))
    raise AssertionError("nothing was found")


async def test_a_write_that_is_done_twice_is_found(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(state: SessionState, version: FlowVersion) -> None:
        """Every step begins anew."""

    monkeypatch.setattr(recovery, "prepare", careless)
    found = await failing(play, OTHERS, HANDED, GIVEN)
    assert "call 1" in found
    assert "database.crm (execute)" in found
    assert "was done twice" in found
    assert "ivrkit test call.yaml --restart-inside" in found
    assert "it died after" in found


async def test_a_variable_that_is_forgotten_is_found(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(state: SessionState, version: FlowVersion) -> None:
        for frame in state.frames:
            frame.variables = {}

    monkeypatch.setattr(recovery, "prepare", forgetful)
    found = await failing(play, QUESTIONS, TYPED)
    assert "event" in found
