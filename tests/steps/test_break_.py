"""``break``: the nearest loop is left, through questions and branches."""

from __future__ import annotations

from tests.engine.conftest import Bench


async def test_it_leaves_the_nearest_loop_through_a_question(bench: Bench) -> None:
    await bench.call("""
    sections:
      main:
        - answer
        - repeat: 2
          do:
            - each: desk in ['cards', 'loans']
              do:
                - menu:
                    prompt: "Our desk for {{ desk }}?"
                    keys:
                      1:
                        - log: "{{ desk }}"
                        - break
                      2: break
                      3: next
                  exits: {no_input: hangup, no_match: hangup}
            - log: "round {{ loop.index }}"
        - log: behind
    """)
    await bench.press("312")
    await bench.ended()
    assert bench.notes == ["loans", "round 1", "round 2", "behind"]


async def test_used_up_is_not_taken(bench: Bench) -> None:
    await bench.call("""
    sections:
      main:
        - repeat: 1
          do: [break]
          exits: {used_up: other}
        - log: behind
      other:
        - log: other
    """)
    await bench.ended()
    assert bench.notes == ["behind"]


async def test_wrong_means_the_question_around_a_loop(bench: Bench) -> None:
    await bench.call("""
    variables: {code: digits}
    sections:
      main:
        - answer
        - collect:
            into: code
            digits: 1
            prompt: Which code?
            no_match: Not that one.
            check:
              - each: bad in ['1', '2']
                do:
                  - if: code == bad
                    then: wrong
          exits: {no_input: hangup, no_match: hangup}
        - log: "{{ code }}"
    """)
    await bench.press("2")
    await bench.quiet()
    await bench.press("3")
    await bench.ended()
    assert bench.notes == ["3"]
    assert bench.heard == ["Not that one. Which code?"]
