"""``milestone``: a point of the call, in the trace and for reports."""

from __future__ import annotations

from ivrkit.call.events import Failed, Milestone
from tests.engine.conftest import Bench


async def test_it_is_told_with_its_values(bench: Bench) -> None:
    await bench.call("""
    variables: {amount: {type: money, default: 12.50}, note: text}
    sections:
      main:
        - milestone: identified
        - milestone: {name: paid, values: {amount: "{{ amount }}", note: "{{ note }}"}}
    """)
    await bench.ended()
    told = [(each.name, each.values) for each in bench.of(Milestone)]
    assert told == [("identified", {}), ("paid", {"amount": "12.50"})]


async def test_values_are_kept_short_and_secrets_are_refused(bench: Bench) -> None:
    await bench.call("""
    variables: {pin: {type: digits, secret: true}, long: text}
    sections:
      main:
        - set: {pin: "{{ '4711' }}"}
        - set: {long: "{{ pad('', 300, 'x') }}"}
        - milestone: {name: seen, values: {long: "{{ long }}"}}
        - milestone: {name: paid, values: {pin: "{{ pin }}"}}
          exits: {error: next}
    """)
    await bench.ended()
    assert [len(each.values["long"]) for each in bench.of(Milestone)] == [200]
    assert "secret" in bench.of(Failed)[0].message
