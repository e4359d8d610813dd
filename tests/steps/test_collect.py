"""``collect``: digits and what they mean, the check, the confirmation, the default."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Pressed
from ivrkit.expressions.secrets import MASK
from tests.engine.conftest import Bench

ASKED = """
    exits: {no_input: failed, no_match: failed}
    variables: {entry: %s}
    sections:
      main:
        - answer
        - collect: %s
        - log: "{{ entry }}"
        - hangup
      failed:
        - log: "{{ entry == none }}, {{ input.exit }}"
        - hangup
"""
RIGHT = "If that is right, press 1. To enter it again, press 2."


@pytest.mark.parametrize(
    ("type_", "keys", "read_back", "value"),
    [
        ("digits", "4711#", "You entered 4711", "4711"),
        ("number", "12#", "You entered 12", "12"),
        ("money", "1250#", "You entered 12.5", "12.50"),
        ("date", "20260302", "You entered Monday, March 2nd, 2026", "2026-03-02"),
        ("time", "0930", "You entered 9:30 AM", "09:30"),
    ],
)
async def test_the_type_of_the_variable_says_what_the_digits_mean(
    bench: Bench, type_: str, keys: str, read_back: str, value: str
) -> None:
    await bench.call(ASKED % (type_, "{into: entry, confirm: true}"))
    await bench.press(keys)
    await bench.quiet()
    assert bench.heard == [f"{read_back}. {RIGHT}"]
    await bench.press("1")
    assert bench.notes == [value]


async def test_what_is_no_value_of_the_type_is_wrong(bench: Bench) -> None:
    await bench.call(ASKED % ("date", "{into: entry, prompt: The day., no_match: No such day.}"))
    await bench.press("20260231")
    await bench.quiet()
    assert bench.heard == ["No such day. The day."]
    assert bench.variables["entry"] is None


async def test_a_known_value_is_accepted_by_the_terminator_alone(bench: Bench) -> None:
    await bench.call(
        ASKED % ("{type: digits, default: '4711'}", "{into: entry, digits: 4, default: entry}")
    )
    await bench.press("#")
    assert bench.notes == ["4711"]


async def test_without_a_known_value_the_terminator_alone_is_wrong(bench: Bench) -> None:
    await bench.call(
        ASKED % ("digits", "{into: entry, digits: 4, default: entry, attempts: {no_match: 1}}")
    )
    await bench.press("#")
    assert bench.notes == ["true, no_match"]


async def test_input_tells_of_the_entry_and_not_of_the_key_that_confirms_it(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        sections:
          main:
            - answer
            - collect: {into: entry, digits: 2, confirm: true}
            - log: "{{ input.keys }} {{ input.label }}."
        """
    )
    await bench.press("121")
    assert bench.notes == ["12 ."]


@pytest.mark.parametrize(("keys", "exit_"), [("12", "no_input"), ("12333", "no_match")])
async def test_an_entry_that_nobody_confirms_is_not_kept(
    bench: Bench, keys: str, exit_: str
) -> None:
    await bench.call(ASKED % ("digits", "{into: entry, digits: 2, confirm: {attempts: 1}}"))
    await bench.press(keys)
    await bench.ended()
    assert bench.notes == [f"true, {exit_}"]


async def test_a_terminator_long_behind_the_entry_is_a_key_of_its_own(bench: Bench) -> None:
    """It is swallowed for ``between_digits`` from the last key on, not from the decision on."""
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        variables: {entry: digits}
        sections:
          main:
            - answer
            - collect: {into: entry, digits: 1-4}
            - menu: {keys: {hash: on}}
          on: [{log: on}, hangup]
        """
    )
    await bench.press("12")
    await bench.after(3.5)
    await bench.press("#")
    assert bench.notes == ["on"]


async def test_a_secret_that_must_not_be_stored_is_in_no_capture(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        variables: {pin: {type: digits, secret: never_stored}}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4}
            - run: {flow: inner, with: {pin: "{{ pin }}"}}
        """,
        flows={
            "inner": """
            params: {pin: {type: digits, secret: never_stored}}
            exits: {no_input: hangup, no_match: hangup}
            sections:
              main:
                - if: pin == '1234' and input.keys == '1234'
                  then: right
              right:
                - menu: {prompt: Right., keys: {1: next}}
            """
        },
    )
    (runner,) = bench.simulation.engine.live().values()
    await bench.press("1234")
    assert bench.last_heard().text == "Right."
    outer, inner = runner.state.frames
    assert outer.variables == inner.variables == {"pin": {"$secret": None}}
    assert runner.state.provided["input"]["keys"] == {"$secret": None}


async def test_a_secret_that_is_typed_once_more_where_it_is_confirmed_is_not_told(
    bench: Bench,
) -> None:
    await bench.call(ASKED % ("{type: digits, secret: true}", "{into: entry, confirm: true}"))
    await bench.press("4711#")
    await bench.quiet()
    await bench.press("4711")
    assert {each.keys for each in bench.of(Pressed)} == {MASK}
