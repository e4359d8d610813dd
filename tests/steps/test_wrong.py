"""``wrong``: the entry counts as wrong."""

from __future__ import annotations

from tests.engine.conftest import Bench

FLOW = """
    exits: {no_input: failed, no_match: failed}
    variables: {code: digits}
    sections:
      main:
        - answer
        - collect:
            into: code
            digits: 2
            prompt: Your code.
            no_match: Not known.
            attempts: 2
            check:
              - if: code != '11'
                then:
                  - log: "{{ code }}"
                  - wrong
        - log: right
      failed:
        - log: "{{ code == none }} {{ input.reason }}"
        - hangup
"""


async def test_no_match_is_said_and_the_question_asked_again(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.press("12")
    await bench.quiet()
    assert bench.heard[-1] == "Not known. Your code."
    await bench.press("11")
    assert bench.notes == ["12", "right"]


async def test_until_the_attempts_are_used_up(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.press("12")
    await bench.press("13")
    assert bench.notes == ["12", "13", "true check"]


async def test_what_was_typed_behind_it_is_dropped(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.press("1211")
    await bench.quiet()
    assert bench.heard[-1] == "Not known. Your code."
