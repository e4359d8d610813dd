"""Scripts for steps that last: keys, silence and what is heard while they go on."""

from __future__ import annotations

import pytest

from tests.qa.conftest import Play

FLOW = """
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - say:
            prompt: For directions, press one. We open at nine in the morning.
            keys: {1: [{say: Opposite the station.}]}
        - wait:
            for: 30s
            timeout: 1m
            meanwhile: [{say: Please hold the line.}, {say: It takes a while.}]
            keys: {2: [{say: You are third.}], 3: person}
          exits: {timeout: hangup}
        - say: Here we are.
      person:
        - say: One moment.
"""

SCRIPTS = {
    "through": """
        - hear: We open at nine
        - hear: Please hold the line
        - hear: It takes a while
        - hear: Here we are
        - expect: {ended: flow}
    """,
    "steps in place": """
        - hear: For directions, press one
        - press: 1
        - hear: Opposite the station
        - hear: We open at nine
        - hear: Please hold
        - press: 2
        - hear: You are third
        - hear: Please hold the line
        - hear: Here we are
    """,
    "a jump": """
        - hear: It takes a while
        - wait: 10s
        - press: 3
        - expect: {exit: keys/3}
        - hear: One moment
    """,
    "silence": """
        - hear: It takes a while
        - silence: 10s
        - never_hear: You are third
        - hear: Here we are
    """,
    "hang up": """
        - hear: Please hold
        - hangup
        - expect: {ended: caller}
    """,
}


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("restart", [False, True])
async def test_a_script_through_a_long_step(play: Play, name: str, restart: bool) -> None:
    outcome = await play(FLOW, SCRIPTS[name], restart_everywhere=restart)
    assert outcome.failure is None, outcome.failure


async def test_what_is_not_heard_is_told(play: Play) -> None:
    outcome = await play(FLOW, "- press: 3\n- hear: You are third")
    assert outcome.failure is not None
    assert "not heard" in outcome.failure.message


CUT_OFF = """
    sections:
      main:
        - answer
        - wait: {for: 1s, meanwhile: [{say: We are asking all of our drivers.}]}
        - say: Goodbye.
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("We are asking all of our drivers", "this was cut off before its last word"),
        ("We are asking nobody", "the call ended and this was not heard"),
        ("We are", ""),
    ],
)
async def test_what_was_cut_off_is_told_as_such(play: Play, text: str, message: str) -> None:
    outcome = await play(CUT_OFF, f"- hear: {text}\n- hear: Goodbye")
    assert (outcome.failure.message if outcome.failure else "") == message
