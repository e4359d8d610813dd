"""Circles without the caller end, whatever they are made of."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench

CIRCLES = {
    "an error that leads to itself": """
        - set: {x: "{{ 1 / 0 }}"}
          exits: {error: main}
    """,
    "a condition that fails": """
        - log: never
          when: 1 / 0 == 1
          exits: {error: main}
    """,
    "a question without time": """
        - menu: {first_digit: 0s, keys: {1: next}}
          exits: {no_input: again, no_match: again}
    """,
    "a wait for no time": """
        - wait: 0s
        - goto: main
    """,
    "a section that is run": """
        - run: part
        - goto: main
      part:
        - log: part
    """,
}


@pytest.mark.parametrize("name", CIRCLES)
@pytest.mark.timeout(20)  # what goes wrong here never lets the loop go
async def test_it_ends(bench: Bench, name: str) -> None:
    await bench.call(
        f"""
    on_error: [{{log: "{{{{ error.message }}}}"}}, {{goto: main}}]
    exits: {{else: main}}
    sections:
      main:
        - answer
        {CIRCLES[name].strip()}
        """
    )
    assert await bench.ended() == "error"
    told = [note for note in bench.notes if "without waiting for the caller" in note]
    assert len(told) == 1  # on_error had its turn once; its own circle ends the call
