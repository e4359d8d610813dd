"""``python``: what is asked of a plug-in, and what comes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ivrkit.call.events import Asked
from ivrkit.expressions.secrets import revealed
from ivrkit.qa.given import ConnectorUse, Given
from tests.engine.conftest import Bench

FLOW = """
    variables:
      account: {type: digits, default: "123456"}
      pin: secret
      score: number
      offers: {list: {name: text, price: money}}
    on_error: broken
    on_end: [{log: "end {{ call.ended }}"}]
    sections:
      main:
        - answer
        - set: {pin: "4711"}
        - python: %s
          exits: {refused: refused, not_found: missing, timeout: late, unknown: unsure}
        - log: "%s"
      refused: [{log: refused}]
      missing: [{log: "missing {{ default(error.message, '') }}"}]
      late: [{log: late}]
      unsure: [{log: unsure}]
      broken: [{log: "broken {{ error.code }}"}]
"""
RISK = (
    '{plugin: scoring, function: risk, with: {account: "{{ account }}", pin: "{{ pin }}"}, '
    "into: score}"
)


def given(**use: Any) -> Given:
    return Given(connectors={"python.scoring": ConnectorUse(**use)})


async def noted(bench: Bench, step: str, note: str, world: Given) -> str:
    await bench.call(FLOW % (step, note), given=world)
    await bench.ended()
    assert bench.notes[-1] == "end flow"
    return bench.notes[0]


async def test_arguments_go_there_and_a_result_comes_back(bench: Bench) -> None:
    assert await noted(bench, RISK, "{{ score + 1 }}", given(answer=Decimal("0.25"))) == "1.25"
    (request,) = bench.simulation.connectors.requests
    assert (request.name, request.operation) == ("python.scoring", "risk")
    assert revealed(dict(request.parameters)) == {"account": "123456", "pin": "4711"}
    (asked,) = bench.of(Asked)
    assert asked.parameters == {"account": "123456", "pin": "••••"}


async def test_a_list_of_records(bench: Bench) -> None:
    step = "{plugin: scoring, function: best_offer, into: offers}"
    world = given(answer=[{"name": "small", "price": "9.90"}])
    assert await noted(bench, step, "{{ offers[0].price + 1 }}", world) == "10.90"


async def test_without_into_nothing_is_awaited(bench: Bench) -> None:
    step = "{plugin: scoring, function: note, repeatable: true}"
    assert await noted(bench, step, "done", given()) == "done"
    assert bench.simulation.connectors.requests[0].again


async def test_none_is_not_found_where_a_value_is_awaited(bench: Bench) -> None:
    told = "missing python.scoring: risk returned nothing"
    assert await noted(bench, RISK, "{{ score }}", given(answer=None)) == told


@pytest.mark.parametrize(
    ("exit_", "note"),
    [
        ("refused", "refused"),
        ("not_found", "missing python.scoring: not_found, as the script gives it"),
        ("timeout", "late"),
        ("unknown", "unsure"),
        ("error", "broken connector"),
    ],
)
async def test_each_way_to_fail_has_its_exit(bench: Bench, exit_: str, note: str) -> None:
    assert await noted(bench, RISK, "{{ score }}", given(exit=exit_)) == note


async def test_an_engine_that_dies_meanwhile_does_not_call_it_again(bench: Bench) -> None:
    await bench.call(FLOW % (RISK, "{{ score }}"), given=given(answer="1", after=4))
    await bench.after(1)
    await bench.die()
    await bench.recover()
    await bench.ended()
    assert bench.notes[0] == "unsure"
