"""``keys_from``: entries of a menu that are made from a list."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Failed, Noted, Said
from tests.engine.conftest import Bench

FLOW = """
    exits: {no_input: hangup, no_match: hangup}
    variables: {day: text, slots: {list: {day: text, at: number}}}
    data:
      week:
        - {day: Monday, at: 9}
        - {day: Tuesday, at: 14}
        - {day: Friday, at: 10}
    sections:
      main:
        - answer
        - menu:
            prompt: When?
            into: day
            keys: {0: other%s}
            keys_from:
              %s
        - log: behind
      chosen:
        - log: "{{ input.item.day }} at {{ input.item.at }}, {{ day }}"
      other:
        - log: other
      broken:
        - log: broken
"""
USUAL = 'each: slot in week\n              key: "{{ loop.index }}"\n              to: chosen'


async def start(bench: Bench, lines: str = "", keys: str = "", base: str = USUAL) -> None:
    """Call the menu with these further lines of ``keys_from``."""
    more = "".join(f"\n              {line}" for line in lines.splitlines())
    await bench.call(FLOW % (keys, base + more))
    await bench.quiet()


async def test_the_item_that_is_chosen_is_there(bench: Bench) -> None:
    await start(bench, 'say: "For {{ slot.day }} at {{ slot.at }}"')
    assert bench.heard == [
        "When? For Monday at 9, press 1. For Tuesday at 14, press 2. For Friday at 10, press 3."
    ]
    await bench.press("2")
    await bench.ended()
    assert bench.notes == ["Tuesday at 14, 2"]


async def test_a_label_goes_into_the_variable(bench: Bench) -> None:
    await start(bench, 'label: "{{ slot.day }}!"')
    await bench.press("3")
    await bench.ended()
    assert bench.notes == ["Friday at 10, Friday!"]


async def test_own_entries_stay(bench: Bench) -> None:
    await start(bench)
    await bench.press("0")
    await bench.ended()
    assert bench.notes == ["other"]


async def test_what_does_not_hold_is_not_offered(bench: Bench) -> None:
    await start(bench, 'say: "For {{ slot.day }}"\nwhen: slot.at < 12')
    assert bench.heard == ["When? For Monday, press 1. For Friday, press 3."]
    await bench.press("2")
    await bench.quiet()
    assert bench.pressed == [("2", "no_match")]


async def test_a_key_that_is_taken_is_not_offered_and_that_is_noted(bench: Bench) -> None:
    await start(bench, 'say: "For {{ slot.day }}"', keys=", 2: other")
    assert bench.heard == ["When? For Monday, press 1. For Friday, press 3."]
    assert [each.text for each in bench.of(Noted)] == ["1 items of week have no key"]
    await bench.press("2")
    await bench.ended()
    assert bench.notes[-1] == "other"


async def test_no_more_than_the_most(bench: Bench) -> None:
    await start(bench, 'say: "For {{ slot.day }}"\nmost: 2')
    assert bench.heard == ["When? For Monday, press 1. For Tuesday, press 2."]


@pytest.mark.parametrize("items", ["slots", "[]"])
async def test_an_empty_list_makes_none(bench: Bench, items: str) -> None:
    await start(bench, base=USUAL.replace("week", items))
    assert bench.heard == ["When?"]


@pytest.mark.parametrize(
    ("key", "told"), [("{{ slot.day }}", "is no key"), ("X", "several keys"), ("", "is no key")]
)
async def test_a_key_must_be_one(bench: Bench, key: str, told: str) -> None:
    await start(bench, base=USUAL.replace("{{ loop.index }}", key))
    await bench.ended()
    assert told in bench.of(Failed)[0].message


async def test_parts_that_do_not_hold_for_an_item_are_left_out(bench: Bench) -> None:
    say = 'say:\n  - "For {{ slot.day }}"\n  - {text: early, when: slot.at < 10}'
    await start(bench, say)
    assert bench.heard == [
        "When? For Monday early, press 1. For Tuesday, press 2. For Friday, press 3."
    ]


async def test_the_choice_survives_the_engine(bench: Bench) -> None:
    await start(bench, 'say: "For {{ slot.day }}"')
    await bench.die()
    await bench.recover()
    await bench.quiet()
    await bench.press("1")
    await bench.ended()
    assert bench.notes == ["Monday at 9, 1"]
    assert len(bench.of(Said)) >= 1
