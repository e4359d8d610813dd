"""``run``: a section that shares the variables, or a flow of its own, and back."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench

CALLER = """
    sections:
      main:
        - run: {flow: inner%s, into: got}
        - log: "{{ got.score + 1 }} {{ got.note == none }}"
"""
INNER = """
    params: {rate: {type: number, default: 1}}
    variables: {typed: {type: digits, default: "4"}}
    returns: {score: number, note: text}
    sections:
      main:
        - return: {score: "{{ typed }}"}
"""


async def test_what_is_returned_has_the_types_of_the_flow(bench: Bench) -> None:
    await bench.call(CALLER % "", flows={"inner": INNER})
    await bench.ended()
    assert bench.notes == ["5 true"]


async def test_what_is_returned_and_is_no_such_value_is_an_error_of_the_step(bench: Bench) -> None:
    await bench.call(CALLER % "", flows={"inner": INNER.replace('"4"', '"*"')})
    assert await bench.ended() == "error"
    assert bench.failures == ["value"]


@pytest.mark.parametrize("given", ["{}", "{name: '{{ nobody }}'}"])
async def test_a_value_that_a_flow_needs_and_does_not_get(bench: Bench, given: str) -> None:
    await bench.call(
        f"""
        variables: {{nobody: text}}
        sections:
          main:
            - run: {{flow: inner, with: {given}}}
              exits: {{error: missed}}
          missed:
            - log: "{{{{ error.message }}}}"
        """,
        flows={"inner": "{params: {name: text}, sections: {main: [{log: never}]}}"},
    )
    await bench.ended()
    assert bench.notes == ["flow inner needs a value for 'name' (give it in with:)"]


async def test_a_jump_in_a_section_that_is_run_comes_back_too(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - run: part
            - log: back
          part:
            - goto: rest
          rest:
            - log: rest
        """
    )
    await bench.ended()
    assert bench.notes == ["rest", "back"]


async def test_in_a_branch_of_a_menu_it_comes_back_into_the_branch(bench: Bench) -> None:
    await bench.call(
        """
        exits: {no_input: hangup, no_match: hangup}
        sections:
          main:
            - answer
            - menu: {prompt: Please choose., keys: {1: [{run: part}, again]}}
          part:
            - say: Part.
        """
    )
    await bench.press("1")
    await bench.quiet()
    await bench.quiet()
    assert bench.heard == ["Part.", "Please choose."]
