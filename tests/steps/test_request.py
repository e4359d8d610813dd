"""``request``: a question over a broker, and its answer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ivrkit.qa.given import ConnectorUse, Given
from tests.engine.conftest import Bench
from tests.steps.test_publish import requests

FLOW = """
variables:
  offer: {price: money, valid: date}
on_error: failed
exits: {not_found: nothing, unroutable: nobody, unknown: unsure}
sections:
  main:
    - answer
    - request:
        broker: events
        to: pricing
        message: {plan: gold, months: 12}
        timeout: 4s
%s
        into: offer
    - log: "{{ offer.price + 1 }} until {{ offer.valid }}"
  failed: [{log: "{{ error.code }}"}]
  nothing: [{log: nothing}]
  nobody: [{log: nobody}]
  unsure: [{log: unsure}]
"""
READS = "        reads: true"


async def played(bench: Bench, given: ConnectorUse, more: str = "") -> list[str]:
    await bench.call(FLOW % more, given=Given(connectors={"broker.events": given}))
    await bench.ended()
    return bench.notes


async def test_the_answer_takes_the_type_of_its_variable(bench: Bench) -> None:
    answer = ConnectorUse({"price": Decimal("12.50"), "valid": "2026-12-31"}, after=2)
    assert await played(bench, answer) == ["13.50 until 2026-12-31"]
    (request,) = requests(bench)
    assert (request.answered, request.kept, request.reads, request.seconds) == (
        *(True, False),
        *(False, 4.0),
    )
    assert request.body == b'{"plan":"gold","months":12}'


@pytest.mark.parametrize(
    ("given", "more", "note"),
    [
        (ConnectorUse(exit="not_found"), "", "nothing"),
        (ConnectorUse(exit="unroutable"), "", "nobody"),
        (ConnectorUse(exit="unknown"), "", "unsure"),
        (ConnectorUse({}, after=9), "", "unsure"),
        (ConnectorUse({}, after=9), READS, "connector_timeout"),
        (ConnectorUse(exit="error"), READS, "connector"),
        (ConnectorUse({"price": "much"}), "", "value"),
    ],
)
async def test_where_the_flow_goes(bench: Bench, given: ConnectorUse, more: str, note: str) -> None:
    assert await played(bench, given, more) == [note]
