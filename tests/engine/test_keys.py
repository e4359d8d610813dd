"""The rows of the table "Keys, exactly" that need a prompt, a buffer and several steps."""

from __future__ import annotations

from tests.engine.conftest import Bench

THREE_MENUS = """
    sections:
      main:
        - answer
        - menu:
            prompt: The first menu.
            keys: {1: one, 2: second}
          exits: {no_input: hangup, no_match: hangup}
      second:
        - menu:
            prompt: The second menu.
            keys: {1: third, 2: one}
          exits: {no_input: hangup, no_match: hangup}
      third:
        - menu:
            prompt: The third menu.
            keys: {3: arrived, 2: one}
          exits: {no_input: hangup, no_match: hangup}
      one:
        - hangup
      arrived:
        - say: You have arrived.
"""


async def test_a_key_stops_the_prompt_and_counts(bench: Bench) -> None:
    await bench.call(THREE_MENUS)
    await bench.after(0.5)
    await bench.press("2")
    assert bench.said == [("The first menu.", "barge_in")]
    assert bench.pressed == [("2", "chosen")]
    assert bench.channel.caller.heard[0].seconds == 0.5


async def test_three_menus_in_one_go_are_not_heard(bench: Bench) -> None:
    await bench.call(THREE_MENUS)
    await bench.press("213")
    await bench.quiet()
    assert bench.said == [
        ("The first menu.", "barge_in"),
        ("", "skipped"),
        ("", "skipped"),
        ("You have arrived.", "finished"),
    ]
    assert bench.sections == ["main", "second", "third", "arrived"]
    assert await bench.ended() == "flow"
