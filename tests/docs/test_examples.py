"""The example of every verb and every prompt part is run in the simulator."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Entered, Failed
from ivrkit.service.registries import parts, verbs

from .surroundings import OTHERS, with_steps
from .test_scripts import play, told

SCRIPT = """
script: 1
flow: main
given:
  clock: 2026-03-02T10:00:00+01:00
  queues.service: {waiting: 3, ready: 1, staffed: 4, wait: 2m}
  dialplan.card-terminal: {after: 5s, values: {paid: "12.50"}}
  database.crm: [{name: Ann Lee, balance: 12.50, vip: false}, {answer: [1, 1]}, 1]
  http.accounts:
    - {owner: {name: Ann Lee}, balance: 12.50}
    - {status: 201, body: {id: R-17}}
  native.tariff: 6.90
  python.scoring: 0.3
  socket.legacy: [OK 12.50 EUR, Ann Lee             0123, OK;B-17]
  broker.events: sent
  file.orders: [true, {name: Ann Lee}]
call:
  - wait: 2m
"""
"""Somebody who calls and presses nothing."""


@pytest.mark.parametrize("verb", sorted(verbs()))
async def test_the_example_of_a_verb_runs(verb: str) -> None:
    flow, lines = with_steps(verbs()[verb].example)
    await run(flow, lines)


@pytest.mark.parametrize("form", sorted(parts()))
async def test_the_example_of_a_part_is_said(form: str) -> None:
    flow, lines = with_steps(f"- say:\n    - {parts()[form].example}\n")
    await run(flow, lines)


async def run(flow: str, lines: range) -> None:
    outcome = await play(SCRIPT, {"main": flow, **OTHERS})
    assert outcome.passed, told(outcome)
    events = [event for trace in outcome.traces for event in trace]
    assert [event for event in events if isinstance(event, Failed)] == []
    assert any(isinstance(event, Entered) and event.line in lines for event in events)
