"""``goto``: there, and not back."""

from __future__ import annotations

from tests.engine.conftest import Bench


async def test_it_leaves_the_branches_it_stands_in(bench: Bench) -> None:
    await bench.call("""
    sections:
      main:
        - if: true
          then:
            - if: true
              then:
                - goto: there
            - log: never
        - log: never
      there:
        - log: there
    """)
    await bench.ended()
    assert bench.notes == ["there"]


async def test_a_flow_may_go_round_without_growing(bench: Bench) -> None:
    await bench.call("""
    exits: {no_input: main, no_match: main}
    sections:
      main:
        - answer
        - menu: {attempts: 1, keys: {1: [{goto: main}]}}
    """)
    for _ in range(300):
        await bench.press("1")
    (runner,) = bench.simulation.engine.live().values()
    assert len(runner.state.frames) == 1
    assert len(runner.state.path) == 200
