"""``keys`` of a step that lasts: what they do, and what other keys do."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench

SAY = """
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - say:
            prompt: This takes a while to say, to be sure.
            keys:
              1: [{say: In place.}]
              2: other
              3: next
              4: hangup
        - say: Behind it.
        - menu: {prompt: Please choose., keys: {9: other}}
      other:
        - say: Elsewhere.
        - hangup
"""


async def test_steps_in_place_come_back_and_the_prompt_begins_again(bench: Bench) -> None:
    await bench.call(SAY)
    await bench.after(0.5)
    await bench.press("1")
    await bench.quiet()
    assert bench.said[:4] == [
        ("This takes a while to say, to be sure.", "interrupted"),
        ("In place.", "finished"),
        ("This takes a while to say, to be sure.", "finished"),
        ("Behind it.", "finished"),
    ]
    assert bench.pressed == [("1", "chosen")]


async def test_a_jump_ends_the_step(bench: Bench) -> None:
    await bench.call(SAY)
    await bench.press("2")
    assert await bench.ended() == "flow"
    assert bench.said == [
        ("This takes a while to say, to be sure.", "interrupted"),
        ("Elsewhere.", "finished"),
    ]


@pytest.mark.parametrize(("key", "heard"), [("3", "Behind it."), ("4", "")])
async def test_a_reserved_word_leads_where_it_says(bench: Bench, key: str, heard: str) -> None:
    await bench.call(SAY)
    await bench.press(key)
    await bench.quiet()
    assert bench.heard[:1] == ([heard] if heard else [])


async def test_another_key_does_what_it_does_without_keys(bench: Bench) -> None:
    """It stops the prompt and waits for the next step that takes keys."""
    await bench.call(SAY)
    await bench.after(0.5)
    await bench.press("9")
    assert await bench.ended() == "flow"
    assert bench.said[:2] == [
        ("This takes a while to say, to be sure.", "barge_in"),
        ("", "skipped"),
    ]
    assert bench.pressed == [("9", "chosen")]
    assert bench.heard[-1] == "Elsewhere."


async def test_a_key_typed_ahead_counts(bench: Bench) -> None:
    await bench.call(SAY.replace("- answer", "- answer\n        - wait: 1s"))
    await bench.press("2")
    assert await bench.ended() == "flow"
    assert bench.heard == ["Elsewhere."]


async def test_a_prompt_that_may_not_be_interrupted_heeds_its_own_keys_alone(bench: Bench) -> None:
    await bench.call(SAY.replace("to be sure.\n", "to be sure.\n            barge_in: false\n"))
    await bench.after(0.2)
    await bench.press("9")
    await bench.after(0.2)
    await bench.press("2")
    assert await bench.ended() == "flow"
    assert [end for _, end in bench.said] == ["interrupted", "skipped"]
    assert bench.pressed == [("2", "chosen")]


LONGER = """
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - say:
            prompt: This takes a while to say, to be sure.
            settle: 2s
            keys:
              1: [{log: one}]
              12: [{log: twelve}]
        - log: behind
        - menu: {prompt: Please choose., keys: {5: next, 14: next}}
        - log: "{{ input.keys }}"
"""


async def test_a_key_that_may_go_on_settles(bench: Bench) -> None:
    await bench.call(LONGER)
    await bench.after(0.5)
    await bench.press("1")
    assert bench.said == [("This takes a while to say, to be sure.", "barge_in")]
    await bench.after(1.9)
    assert bench.notes == []
    await bench.after(0.2)
    assert bench.notes == ["one"]


async def test_the_longer_one_is_taken_at_once(bench: Bench) -> None:
    await bench.call(LONGER)
    await bench.press("12")
    assert bench.notes == ["twelve"]


async def test_keys_that_fit_nothing_are_left_for_the_next_question(bench: Bench) -> None:
    await bench.call(LONGER)
    await bench.press("14")
    await bench.ended()
    assert bench.notes == ["behind", "14"]


WAIT = """
    keys: {0: person, 7: again, 8: next}
    shortcuts: {"*9": cards}
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - wait:
            for: 10s
            keys:
              1: [{say: It will not be long.}]
              2: {to: other, when: call.from}
              3: {to: other, when: not call.from}
        - log: behind
        - menu: {prompt: Please choose., keys: {3: other, 5: other}}
      other: [{log: other}]
      person: [{log: person}]
      cards: [{log: cards}]
"""


async def test_the_wait_goes_on_with_the_time_that_was_left(bench: Bench) -> None:
    await bench.call(WAIT)
    await bench.after(4)
    await bench.press("1")
    await bench.quiet()
    said = bench.clock.time() - 4
    await bench.after(5.9)
    assert bench.notes == []
    await bench.after(0.2)
    assert bench.notes == ["behind"]
    assert said > 0.5


async def test_other_keys_are_kept_and_do_not_end_the_wait(bench: Bench) -> None:
    await bench.call(WAIT)
    await bench.press("5")
    await bench.after(9)
    assert bench.notes == []
    await bench.ended()
    assert bench.notes == ["behind", "other"]


async def test_a_key_behind_one_that_means_nothing_counts(bench: Bench) -> None:
    await bench.call(WAIT)
    await bench.press("52")
    assert await bench.ended() == "flow"
    assert bench.notes == ["other"]


async def test_a_key_whose_condition_is_false_means_nothing(bench: Bench) -> None:
    await bench.call(WAIT)
    await bench.press("3")
    await bench.ended()
    assert bench.notes == ["behind", "other"]
    assert bench.pressed == [("3", "chosen")]


@pytest.mark.parametrize(("keys", "note"), [("0", "person"), ("*9", "cards")])
async def test_the_keys_of_the_flow_come_behind(bench: Bench, keys: str, note: str) -> None:
    await bench.call(WAIT)
    await bench.press(keys)
    await bench.ended()
    assert bench.notes == [note]


async def test_the_flows_own_again_begins_the_step_anew(bench: Bench) -> None:
    await bench.call(WAIT)
    await bench.after(8)
    await bench.press("7")
    await bench.after(9)
    assert bench.notes == []
    await bench.after(2)
    assert bench.notes == ["behind"]


async def test_the_flows_own_next_ends_the_step(bench: Bench) -> None:
    await bench.call(WAIT)
    await bench.press("8")
    assert bench.notes == ["behind"]


async def test_without_keys_the_flows_own_do_not_hold_either(bench: Bench) -> None:
    await bench.call(
        """
        keys: {0: person}
        sections:
          main: [answer, {wait: 5s}, {log: behind}]
          person: [{log: person}]
        """
    )
    await bench.press("0")
    await bench.ended()
    assert bench.notes == ["behind"]


async def test_an_engine_that_dies_behind_a_key_goes_on_there(bench: Bench) -> None:
    await bench.call(WAIT)
    await bench.after(4)
    await bench.press("1")
    await bench.after(0.2)
    await bench.die()
    await bench.recover()
    await bench.quiet()
    await bench.after(5.9)
    assert bench.notes == []
    await bench.after(0.2)
    assert bench.notes == ["behind"]
    assert bench.heard.count("It will not be long.") == 1
