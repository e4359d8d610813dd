"""What expressions know of the way so far: ``attempt``, ``visit`` and ``visits``."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench

ROUND = """
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - goto: top
      top:
        - say: Welcome.
          when: %s
        - log: "{{ visits.top }}"
        - menu: {prompt: Please choose., keys: {1: top}}
"""


@pytest.mark.parametrize("condition", ["visit == 1", "visits.top == 1"])
async def test_a_step_is_skipped_from_its_second_visit_on(bench: Bench, condition: str) -> None:
    await bench.call(ROUND % condition)
    await bench.quiet()
    for _ in range(2):
        await bench.quiet()
        await bench.press("1")
    await bench.quiet()
    assert bench.heard == ["Welcome.", *["Please choose."] * 3]
    assert bench.notes == ["1", "2", "3"]


async def test_a_section_is_entered_also_if_its_first_step_is_skipped(bench: Bench) -> None:
    await bench.call("""
    sections:
      main:
        - log: skipped
          when: false
        - goto: rest
      rest:
        - log: skipped
          when: false
        - log: "{{ call.path }}: {{ visits.main }}, {{ visits.rest }}"
    """)
    await bench.ended()
    assert bench.notes == ["main > rest: 1, 1"]


async def test_the_steps_of_a_check_know_the_attempt_of_their_question(bench: Bench) -> None:
    await bench.call("""
    exits: {no_input: hangup, no_match: hangup}
    variables: {code: digits}
    sections:
      main:
        - answer
        - collect:
            into: code
            digits: 1
            check:
              - log: "attempt {{ attempt }}, visit {{ visit }}"
              - if: code != '1'
                then:
                  - wrong
    """)
    await bench.press("2")
    await bench.press("1")
    assert bench.notes == ["attempt 1, visit 1", "attempt 2, visit 2"]
