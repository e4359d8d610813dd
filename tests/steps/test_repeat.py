"""``repeat``: rounds that are counted, a condition, and the ways out."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench


async def notes(bench: Bench, steps: str, extra: str = "") -> list[str]:
    """What a section with these steps has logged."""
    await bench.call(f"""
    variables: {{left: {{type: number, default: 2}}, n: number}}
    sections:
      main:
{steps}
        - log: behind
      other:
        - log: other
{extra}
    """)
    await bench.ended()
    return bench.notes


async def test_it_counts_from_one_and_knows_the_last_round(bench: Bench) -> None:
    steps = """
        - repeat: 3
          do:
            - log: "{{ loop.index }} {{ loop.last }}"
    """
    assert await notes(bench, steps) == ["1 false", "2 false", "3 true", "behind"]


async def test_used_up_is_where_it_leads_when_all_rounds_are_done(bench: Bench) -> None:
    steps = """
        - repeat: 2
          do: [{log: round}]
          exits: {used_up: other}
    """
    assert await notes(bench, steps) == ["round", "round", "other"]


async def test_else_of_the_step_stands_for_used_up(bench: Bench) -> None:
    steps = """
        - repeat: 1
          do: [{log: round}]
          exits: {else: other}
    """
    assert await notes(bench, steps) == ["round", "other"]


async def test_else_of_the_flow_does_not_change_where_a_loop_goes_on(bench: Bench) -> None:
    steps = """
        - repeat: 1
          do: [{log: round}]
    """
    assert await notes(bench, steps, "    exits: {else: other}") == ["round", "behind"]


async def test_a_condition_is_asked_before_each_round(bench: Bench) -> None:
    steps = """
        - repeat: {while: left > 0, most: 9}
          do:
            - set: {left: "{{ left - 1 }}"}
            - log: "{{ left }}"
          exits: {used_up: other}
    """
    assert await notes(bench, steps) == ["1", "0", "behind"]


async def test_rounds_bound_a_condition(bench: Bench) -> None:
    steps = """
        - repeat: {while: left > 0, most: 2}
          do: [{log: round}]
          exits: {used_up: other}
    """
    assert await notes(bench, steps) == ["round", "round", "other"]


async def test_no_rounds_at_all(bench: Bench) -> None:
    steps = """
        - set: {n: "0"}
        - repeat: "{{ n }}"
          do: [{log: round}]
    """
    assert await notes(bench, steps) == ["behind"]


@pytest.mark.parametrize("count", ["1.5", "-1"])
async def test_what_is_no_number_of_rounds_is_an_error(bench: Bench, count: str) -> None:
    steps = f"""
        - set: {{n: "{count}"}}
        - repeat: "{{{{ n }}}}"
          do: [{{log: round}}]
          exits: {{error: other}}
    """
    assert await notes(bench, steps) == ["other"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("next", ["1", "behind"]),
        ("break", ["1", "behind"]),
        ("again", ["1", "2", "3", "other"]),
    ],
)
async def test_the_reserved_words_mean_the_loop_around(
    bench: Bench, word: str, expected: list[str]
) -> None:
    steps = f"""
        - repeat: 3
          do:
            - log: "{{{{ loop.index }}}}"
            - if: loop.index > 0
              then:
                - {word}
            - log: never
          exits: {{used_up: other}}
    """
    assert await notes(bench, steps) == expected


async def test_what_hangs_on_used_up_stands_outside_of_the_loop(bench: Bench) -> None:
    steps = """
        - repeat: 3
          do:
            - log: "outer {{ loop.index }}"
            - repeat: 1
              do: [{log: "inner {{ loop.index }}"}]
              exits:
                used_up:
                  - log: "again outer {{ loop.index }}"
                  - break
            - log: never
    """
    assert await notes(bench, steps) == ["outer 1", "inner 1", "again outer 1", "behind"]


async def test_the_flow_that_goes_round_alone_for_too_long_is_stopped(bench: Bench) -> None:
    steps = """
        - repeat: 2000
          do: [{set: {n: 1}}]
          exits: {used_up: other}
    """
    await notes(bench, steps, "    on_error: other")
    assert bench.notes == ["other"]
