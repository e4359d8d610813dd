"""``switch``: the case that is the value's text, else ``else``, else the next step."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Left
from tests.engine.conftest import Bench

FLOW = """
    variables: {wish: %s}
    sections:
      main:
        - set: {wish: %s}
        - switch: wish
          cases:
            cards: cards
            12.50: [{log: amount}]
            true: [{log: flag}]
            none: [{log: nothing}]
          %s
        - log: behind
      cards:
        - log: cards
      other:
        - log: other
"""


@pytest.mark.parametrize(
    ("type_", "value", "noted"),
    [
        ("text", "cards", ["cards"]),
        ("number", "12.50", ["amount", "behind"]),
        ("flag", "true", ["flag", "behind"]),
        ("text", "none", ["nothing", "behind"]),
        ("text", "balances", ["other"]),
    ],
)
async def test_the_value_chooses_its_case(
    bench: Bench, type_: str, value: str, noted: list[str]
) -> None:
    await bench.call(FLOW % (type_, value, "else: other"))
    await bench.ended()
    assert bench.notes == noted


async def test_without_else_it_goes_on(bench: Bench) -> None:
    await bench.call(FLOW % ("text", "balances", "name: wishes"))
    await bench.ended()
    assert bench.notes == ["behind"]


async def test_a_value_that_is_no_case_is_not_told(bench: Bench) -> None:
    """What a caller typed may be a secret: the trace knows the ways of the file and no value."""
    await bench.call("""
    exits: {no_input: hangup, no_match: hangup}
    variables: {pin: secret}
    sections:
      main:
        - answer
        - collect: {into: pin, digits: 4}
        - switch: pin
          cases: {0000: next}
          else: next
    """)
    await bench.press("4711")
    await bench.ended()
    assert [each.exit for each in bench.of(Left)] == ["next", "next", "else"]
    assert not any("4711" in repr(each) for each in bench.events)
