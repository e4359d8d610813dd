"""``again``: the question once more; what was counted stays, and the intro is not said."""

from __future__ import annotations

from tests.engine.conftest import Bench

FLOW = """
    exits: {no_input: failed, no_match: failed}
    sections:
      main:
        - answer
        - menu:
            intro: Welcome.
            prompt: Please choose.
            attempts: {no_match: 2, total: 4}
            keys:
              1:
                - say: Our address.
                - if: true
                  then:
                    - again
          exits: {used_up: enough}
      enough:
        - say: Enough.
      failed:
        - say: Failed.
"""


async def test_it_asks_once_more_from_a_deep_branch(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.press("1")
    await bench.quiet()
    await bench.quiet()
    assert bench.heard == ["Our address.", "Please choose."]


async def test_what_was_counted_stays(bench: Bench) -> None:
    await bench.call(FLOW)
    await bench.press("8")
    await bench.press("1")
    await bench.quiet()
    await bench.press("8")
    assert bench.last_heard().text == "Failed."


async def test_it_counts_for_the_total(bench: Bench) -> None:
    await bench.call(FLOW)
    for _ in range(4):
        await bench.press("1")
        await bench.quiet()
    assert bench.last_heard().text == "Enough."
