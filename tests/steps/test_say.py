"""``say``: to its end, or until a key; before the call is answered, too."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench


async def test_before_the_answer_it_is_early_media(bench: Bench) -> None:
    await bench.call("sections: {main: [{say: Welcome.}, answer]}")
    assert not bench.channel.caller.answered
    await bench.ended()
    assert bench.said == [("Welcome.", "finished")]


async def test_a_key_stops_it_and_waits_for_whoever_takes_keys(bench: Bench) -> None:
    await bench.call("""
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - say: Welcome to our office, which is open today.
        - say: A second notice.
        - menu: {prompt: Please choose., keys: {1: [{log: one}, hangup]}}
    """)
    await bench.after(0.5)
    await bench.press("1")
    assert [end for _, end in bench.said] == ["barge_in", "skipped", "skipped"]
    assert bench.notes == ["one"]


async def test_what_may_not_be_interrupted_is_heard_and_the_keys_are_kept(bench: Bench) -> None:
    await bench.call("""
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - say: {prompt: This call is recorded., barge_in: false}
        - say: {prompt: So is this., barge_in: false}
        - menu: {prompt: Please choose., keys: {1: [{log: one}, hangup]}}
    """)
    await bench.after(0.5)
    await bench.press("1")
    await bench.ended()
    assert [end for _, end in bench.said] == ["finished", "finished", "skipped"]
    assert bench.notes == ["one"]


async def test_type_ahead_runs_through_menus_with_prompts_between_them(bench: Bench) -> None:
    await bench.call("""
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - menu: {prompt: First., keys: {2: next}}
        - say: Between.
        - menu: {prompt: Second., keys: {1: next}}
        - say: Between again.
        - menu: {prompt: Third., keys: {3: [{log: there}, hangup]}}
    """)
    await bench.press("213")
    assert bench.notes == ["there"]
    assert len(bench.channel.caller.heard) == 1  # the first, until the first key


@pytest.mark.parametrize("prompt", ['"{{ nobody }}"', "[{money: 3}]"])
async def test_what_cannot_be_said_is_an_error_of_the_step(bench: Bench, prompt: str) -> None:
    await bench.call(f"""
    variables: {{nobody: text}}
    sections:
      main:
        - say: {prompt}
          exits: {{error: unsaid}}
      unsaid:
        - log: "{{{{ error.step }}}}"
    """)
    await bench.ended()
    assert bench.notes == ["main/0"]


async def test_its_own_keys_come_back_to_it_or_lead_away(bench: Bench) -> None:
    await bench.call("""
    sections:
      main:
        - answer
        - say:
            prompt: For directions, press 1. We are open from nine to five.
            keys: {1: [{log: directions}], 2: away}
        - log: behind
      away:
        - log: away
    """)
    await bench.press("1")
    assert bench.notes == ["directions"]
    await bench.press("2")
    assert bench.notes == ["directions", "away"]
