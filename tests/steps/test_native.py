"""``native``: what is asked of a library, and what comes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from ivrkit.call.events import Asked
from ivrkit.expressions.secrets import Secret, revealed
from ivrkit.qa.given import ConnectorUse, Given
from tests.engine.conftest import Bench

FLOW = """
    variables:
      zone: {type: number, default: 3}
      pin: secret
      price: money
      parts: {whole: number, rest: text, returned: money}
    on_error: broken
    on_end: [{log: "end {{ call.ended }}"}]
    sections:
      main:
        - answer
        - set: {pin: "4711"}
        - native: %s
          exits: {refused: refused, not_found: missing, timeout: late, unknown: unsure}
        - log: "{{ price }} {{ parts.whole }} {{ parts.returned }}"
      refused: [{log: refused}]
      missing: [{log: missing}]
      late: [{log: late}]
      unsure: [{log: unsure}]
      broken: [{log: "broken {{ error.code }}"}]
"""
QUOTE = (
    '{library: tariff, function: quote, with: {zone: "{{ zone }}", pin: "{{ pin }}"}, into: price}'
)


def given(**use: Any) -> Given:
    return Given(connectors={"native.tariff": ConnectorUse(**use)})


async def played(bench: Bench, step: str, world: Given) -> str:
    await bench.call(FLOW % step, given=world)
    await bench.ended()
    assert bench.notes[-1] == "end flow"
    return bench.notes[0]


async def test_arguments_go_there_and_a_result_comes_back(bench: Bench) -> None:
    flow = FLOW.replace("{{ parts.whole }} {{ parts.returned }}", "euros")
    await bench.call(flow % QUOTE, given=given(answer="12.50"))
    await bench.ended()
    assert bench.notes[0] == "12.50 euros"
    (request,) = bench.simulation.connectors.requests
    assert (request.name, request.operation) == ("native.tariff", "quote")
    assert revealed(dict(request.parameters)) == {"zone": Decimal(3), "pin": "4711"}
    assert isinstance(request.parameters["pin"], Secret)
    assert (request.reads, request.again, request.key) == (False, False, "call-1.3")
    (asked,) = bench.of(Asked)
    assert asked.parameters == {"zone": 3, "pin": "••••"}


async def test_several_results_are_a_record(bench: Bench) -> None:
    step = "{library: tariff, function: split, with: {amount: 12.25}, into: parts}"
    flow = FLOW.replace("{{ price }} ", "")
    world = given(answer={"whole": "12", "rest": "0.25", "returned": "24.50"})
    await bench.call(flow % step, given=world)
    await bench.ended()
    assert bench.notes[0] == "12 24.50"


async def test_nothing_need_be_kept(bench: Bench) -> None:
    flow = FLOW.replace('"{{ price }} {{ parts.whole }} {{ parts.returned }}"', "done")
    step = "{library: tariff, function: reset, repeatable: true}"
    await bench.call(flow % step, given=given())
    await bench.ended()
    assert bench.notes[0] == "done"
    assert bench.simulation.connectors.requests[0].again


@pytest.mark.parametrize(
    ("exit_", "noted"),
    [
        ("refused", "refused"),
        ("not_found", "missing"),
        ("timeout", "late"),
        ("unknown", "unsure"),
        ("error", "broken connector"),
    ],
)
async def test_each_way_to_fail_has_its_exit(bench: Bench, exit_: str, noted: str) -> None:
    assert await played(bench, QUOTE, given(exit=exit_)) == noted


async def test_an_engine_that_dies_meanwhile_does_not_call_it_again(bench: Bench) -> None:
    await bench.call(FLOW % QUOTE, given=given(answer="12.50", after=4))
    await bench.after(1)
    await bench.die()
    await bench.recover()
    await bench.ended()
    assert bench.notes[0] == "unsure"


async def test_what_may_be_called_again_is(bench: Bench) -> None:
    step = QUOTE.replace("into", "repeatable: true, into")
    flow = FLOW.replace(" {{ parts.whole }} {{ parts.returned }}", "")
    await bench.call(flow.replace(", unknown: unsure", "") % step, given=given(answer="1", after=4))
    await bench.after(1)
    await bench.die()
    await bench.recover()
    await bench.ended()
    assert bench.notes[0] == "1"
