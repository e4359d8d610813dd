"""``forget``: before its time."""

from __future__ import annotations

from ivrkit.qa.given import Given
from tests.engine.conftest import Bench

FLOW = """
    variables: {name: text}
    on_end: [{forget: other}]
    sections:
      main:
        - forget: "name:{{ call.from }}"
        - forget: never-was
        - recall: {key: "name:{{ call.from }}", into: name}
          exits: {not_found: gone}
        - log: "{{ name }}"
      gone:
        - recall: {key: other, into: name}
          exits: {not_found: hangup}
        - log: "{{ name }}"
"""


async def test_it_is_gone_and_the_others_are_not(bench: Bench) -> None:
    await bench.call(FLOW, given=Given(memories={"name:+4930123": "Ann", "other": "Bob"}))
    await bench.ended()
    assert bench.notes == ["Bob"]


async def test_it_works_when_the_call_is_over(bench: Bench) -> None:
    await bench.call(FLOW, given=Given(memories={"other": "Bob"}))
    await bench.ended()
    bench.channel = bench.simulation.call("800", "+4930123")
    await bench.ended()
    assert bench.notes == ["Bob"]
