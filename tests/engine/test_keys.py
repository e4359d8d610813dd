"""The rows of the table "Keys, exactly" that need a prompt, a buffer and several steps."""

from __future__ import annotations

import pytest

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

UNINTERRUPTED = """
    sections:
      main:
        - answer
        - say: {prompt: This call is recorded., barge_in: false}
        - menu:
            prompt: The menu.
            keys: {1: one, 2: two}
          exits: {no_input: hangup, no_match: hangup}
      one:
        - say: One.
      two:
        - say: Two.
"""


async def test_a_key_stops_the_prompt_and_counts(bench: Bench) -> None:
    await bench.call(THREE_MENUS)
    await bench.after(0.5)
    await bench.press("2")
    assert bench.said[0] == ("The first menu.", "barge_in")
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


async def test_a_prompt_that_may_not_be_interrupted_keeps_the_keys(bench: Bench) -> None:
    await bench.call(UNINTERRUPTED)
    await bench.after(0.5)
    await bench.press("2")
    await bench.quiet()
    assert bench.said == [
        ("This call is recorded.", "finished"),
        ("", "skipped"),
        ("Two.", "finished"),
    ]


async def test_it_is_played_over_a_full_buffer(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - say: First.
            - say: {prompt: You must hear this., barge_in: false}
            - say: Third.
            - collect: {into: code, digits: 2, prompt: Your code., terminator: none}
              exits: {no_input: hangup, no_match: hangup}
            - say: Done.
        """
    )
    await bench.after(0.2)
    await bench.press("12")
    await bench.quiet()
    assert bench.said == [
        ("First.", "barge_in"),
        ("You must hear this.", "finished"),
        ("", "skipped"),
        ("", "skipped"),
        ("Done.", "finished"),
    ]
    assert bench.variables["code"] == "12"


async def test_wrong_input_empties_the_buffer(bench: Bench) -> None:
    await bench.call(THREE_MENUS)
    await bench.press("713")
    assert bench.pressed == [("7", "no_match")]
    await bench.after(2)
    assert bench.pressed == [("7", "no_match")]  # 1 and 3 were not taken for answers
    assert bench.said[-1] == ("The first menu.", "finished")


async def test_flush_empties_the_buffer(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - say: Welcome.
            - menu:
                prompt: Careful now.
                flush: true
                keys: {1: one, 2: two}
              exits: {no_input: hangup, no_match: hangup}
          one:
            - say: One.
          two:
            - say: Two.
        """
    )
    await bench.press("1")
    await bench.quiet()
    assert bench.pressed == []
    await bench.press("2")
    assert bench.pressed == [("2", "chosen")]


async def test_a_jump_and_a_change_of_flow_keep_the_buffer(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - menu:
                keys: {1: on}
              exits: {no_input: hangup, no_match: hangup}
          on:
            - goto: further
          further:
            - run: {flow: inner}
            - say: Back.
        """,
        flows={
            "inner": """
            sections:
              main:
                - menu: {keys: {2: next}}
                  exits: {no_input: hangup, no_match: hangup}
            """
        },
    )
    await bench.press("12")
    await bench.quiet()
    assert bench.heard == ["Back."]


async def test_the_buffer_is_empty_after_a_queue(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - queue: service
              exits: {else: hangup}
            - menu:
                prompt: After the queue.
                keys: {1: one}
              exits: {no_input: hangup, no_match: hangup}
          one:
            - say: One.
        """
    )
    await bench.after(1)
    await bench.press("1")  # in the hands of the queue: nobody takes it
    await bench.after(40)
    assert bench.pressed[:1] != [("1", "chosen")]
    assert "After the queue." in bench.heard


async def test_a_key_at_the_instant_of_a_timer_counts(bench: Bench) -> None:
    await bench.call(THREE_MENUS)
    await bench.quiet()
    await bench.clock.sleep(5)  # first_digit is due at this very instant
    await bench.press("2")
    assert bench.pressed == [("2", "chosen")]


async def test_silence_is_no_input_and_the_question_is_put_three_times(bench: Bench) -> None:
    await bench.call(THREE_MENUS)
    assert await bench.ended() == "flow"
    assert bench.heard == ["The first menu."] * 3
    assert bench.pressed == [("", "no_input")] * 3


async def test_too_short_an_entry_is_no_match_and_kept_for_the_record(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - collect:
                into: code
                digits: 4
                prompt: Your code.
                attempts: 1
              exits: {no_input: hangup, no_match: sorry}
          sorry:
            - log: "{{ input.keys }} {{ input.reason }}"
        """
    )
    await bench.quiet()
    await bench.press("12")
    await bench.after(2.9)
    assert bench.pressed == []
    await bench.after(0.2)
    assert bench.pressed == [("12", "no_match")]
    assert bench.notes == ["12 too_short"]


async def test_behind_keys_nothing_was_said_and_that_is_certain(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - menu: {keys: {1: next}, prompt: Press 1.}
              exits: {no_input: hangup, no_match: hangup}
            - log: "{{ input.by }} ({{ input.said }}) {{ input.confidence }}"
        """
    )
    await bench.press("1")
    await bench.quiet()
    assert bench.notes == ["key () 1"]


async def test_the_restart_key_drops_what_was_typed(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - collect:
                {into: code, digits: 2-6, restart: star, prompt: Your code., attempts: 1}
              exits: {no_input: hangup, no_match: hangup}
        """
    )
    await bench.press("12*345#")
    assert bench.variables["code"] == "345"
    assert len(bench.pressed) == 1


async def test_a_terminator_behind_a_complete_entry_is_swallowed(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - collect: {into: code, digits: 4, prompt: Your code.}
              exits: {no_input: hangup, no_match: hangup}
            - menu:
                prompt: The menu.
                keys: {1: one, hash: two}
              exits: {no_input: hangup, no_match: hangup}
          one:
            - say: One.
          two:
            - say: Two.
        """
    )
    await bench.press("1234")
    await bench.after(0.1)
    await bench.press("#")
    await bench.press("1")
    await bench.quiet()
    assert bench.heard[-1] == "One."


@pytest.mark.parametrize(("silence", "taken"), [(1.9, []), (2.1, [("1", "chosen")])])
async def test_an_entry_that_may_go_on_settles(
    bench: Bench, silence: float, taken: list[tuple[str, str]]
) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - menu:
                prompt: The menu.
                settle: 2s
                keys: {1: one, 12: two}
              exits: {no_input: hangup, no_match: hangup}
          one:
            - say: One.
          two:
            - say: Two.
        """
    )
    await bench.quiet()
    await bench.press("1")
    await bench.after(silence)
    assert bench.pressed == taken


async def test_keys_before_the_call_is_answered_reach_nobody(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - say: We are about to answer.
            - answer
            - menu:
                prompt: The menu.
                keys: {1: one}
              exits: {no_input: hangup, no_match: hangup}
          one:
            - say: One.
        """
    )
    await bench.press("1")
    await bench.quiet()
    assert bench.channel.caller.keys_lost == 1
    assert bench.heard[0] == "We are about to answer."
