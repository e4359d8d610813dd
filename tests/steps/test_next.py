"""``next``: out of the branch, behind the question around it."""

from __future__ import annotations

from tests.engine.conftest import Bench


async def test_it_goes_on_behind_the_question(bench: Bench) -> None:
    await bench.call("""
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - menu:
            keys:
              1:
                - if: true
                  then:
                    - next
                - log: never
        - log: behind
    """)
    await bench.press("1")
    assert bench.notes == ["behind"]
