"""``each``: the item, the list as it was, and restarts in the middle."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Failed
from tests.engine.conftest import Bench

HEAD = """
    variables:
      slots: {list: text}
      found: text
      pins: {type: {list: digits}, secret: true}
    data:
      week:
        - {day: Monday, at: 9}
        - {day: Tuesday, at: 14}
    sections:
      other:
        - log: other
      main:
"""


async def notes(bench: Bench, steps: str) -> list[str]:
    """What a section with these steps has logged."""
    await bench.call(HEAD + steps)
    await bench.ended()
    return bench.notes


async def test_every_record_of_a_list_is_gone_through(bench: Bench) -> None:
    steps = """
        - each: slot in week
          do:
            - log: "{{ loop.index }} {{ slot.day }} {{ slot.at }} {{ loop.last }}"
        - log: behind
    """
    assert await notes(bench, steps) == ["1 Monday 9 false", "2 Tuesday 14 true", "behind"]


@pytest.mark.parametrize("items", ["none", "[]", "slots"])
async def test_nothing_has_no_rounds(bench: Bench, items: str) -> None:
    steps = f"""
        - each: slot in {items}
          do: [{{log: never}}]
        - log: behind
    """
    assert await notes(bench, steps) == ["behind"]


async def test_a_list_that_changes_does_not_change_the_loop(bench: Bench) -> None:
    steps = """
        - set: {slots: "{{ ['a', 'b'] }}"}
        - each: slot in slots
          do:
            - set: {slots: "{{ ['x', 'y', 'z'] }}"}
            - log: "{{ slot }} of {{ length(slots) }}"
    """
    assert await notes(bench, steps) == ["a of 3", "b of 3"]


async def test_a_loop_in_a_loop_has_names_of_its_own(bench: Bench) -> None:
    steps = """
        - each: slot in week
          do:
            - each: half in ['am', 'pm']
              do: [{log: "{{ slot.day }} {{ half }} {{ loop.index }}"}]
            - log: "{{ loop.index }}"
    """
    assert await notes(bench, steps) == [
        *("Monday am 1", "Monday pm 2", "1"),
        *("Tuesday am 1", "Tuesday pm 2", "2"),
    ]


async def test_again_goes_to_the_next_item(bench: Bench) -> None:
    steps = """
        - each: slot in week
          do:
            - if: slot.at < 12
              then: again
            - log: "{{ slot.day }}"
        - log: behind
    """
    assert await notes(bench, steps) == ["Tuesday", "behind"]


async def test_a_jump_leaves_the_loop_and_a_new_entry_begins_anew(bench: Bench) -> None:
    steps = """
        - each: slot in week
          do:
            - log: "{{ slot.day }}"
            - if: visits.main == 1
              then: main
    """
    assert await notes(bench, steps) == ["Monday", "Monday", "Tuesday"]


async def test_what_is_no_list_is_an_error(bench: Bench) -> None:
    steps = """
        - set: {found: text}
        - each: slot in (found if found else week)
          do: [{log: never}]
          exits: {error: other}
    """
    assert await notes(bench, steps) == ["other"]
    assert "no list" in bench.of(Failed)[0].message


async def test_items_of_a_secret_list_are_secret(bench: Bench) -> None:
    steps = """
        - set: {pins: "{{ ['1234'] }}"}
        - each: pin in pins
          do:
            - set: {found: "{{ 'right' if pin == '1234' else 'wrong' }}"}
              when: pin == '1234'
            - log: round
    """
    assert await notes(bench, steps) == ["round"]
    assert "1234" not in repr([each for each in bench.events if "week" not in repr(each)])


async def test_the_loop_survives_the_engine(bench: Bench) -> None:
    await bench.call(
        HEAD
        + """
        - answer
        - each: slot in week
          do:
            - collect: {into: found, digits: 1, prompt: "At {{ slot.day }}?"}
              exits: {no_input: next, no_match: next}
            - log: "{{ loop.index }} {{ slot.day }} {{ found }}"
    """
    )
    await bench.press("4")
    await bench.quiet()
    await bench.die()
    await bench.recover()
    await bench.press("5")
    await bench.ended()
    assert bench.notes == ["1 Monday 4", "2 Tuesday 5"]


async def test_names_of_a_round_do_not_hold_in_the_exits_of_the_loop(bench: Bench) -> None:
    steps = """
        - each: slot in week
          do:
            - each:
                items: half in ['am', 'pm', 'night']
                timeout: 5s
              do: [{wait: 3s}]
              exits:
                timeout:
                  - log: "{{ slot.day }} {{ loop.index }}"
    """
    assert await notes(bench, steps) == ["Monday 1", "Tuesday 2"]
