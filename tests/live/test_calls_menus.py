"""Menus, live: keys ahead, barge-in, shortcuts, silence and wrong keys."""

from __future__ import annotations

import asyncio

import pytest

from ivrkit.call.events import Interrupted, Pressed
from tests.live.harness import Exchange, LiveCall, finished

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

WELCOME = "Welcome to the museum. Everybody hears this sentence to its very end."
HALL = (
    "You are in the great entrance hall. For the old paintings, press 1. "
    "For ships of all kinds, press 2."
)
SHIPS = (
    "Among our ships you find sails and engines, wood and iron, old ones and very old ones, "
    "small ones and great ones. For sailing boats, press 1. To go back, press hash."
)
BOATS = "Sailing boats stand in the third room. For the oldest of them, press 3."
HARBOUR = "From this window you can see the harbour."


async def test_keys_pressed_ahead_walk_through_three_menus(exchange: Exchange) -> None:
    async with exchange.calling("7101") as call:
        # The welcome may not be interrupted: it is heard to its end, and the keys are kept.
        await call.until_said(WELCOME)
        await call.press("213")
        await call.ends()
    assert call.said() == [
        (WELCOME, "finished"),
        *3 * [("", "skipped")],
        ("The oldest boat was found in a frozen lake.", "finished"),
    ]
    assert [event.keys for event in call.happened(Pressed)] == ["2", "1", "3"]
    call.listened()


async def test_a_key_cuts_a_prompt_and_a_shortcut_leads_out_of_the_deepest_menu(
    exchange: Exchange,
) -> None:
    async with exchange.calling("7101") as call:
        await call.until_asked(HALL)
        await call.press("2")
        await call.until_said(SHIPS)
        await call.press("1")
        await call.until_said(BOATS)
        await call.press("*7")
        await call.ends()
    assert call.said() == [
        (WELCOME, "finished"),
        (HALL, "finished"),
        (SHIPS, "barge_in"),
        (BOATS, "barge_in"),
        (HARBOUR, "finished"),
    ]
    assert [(e.by, e.to) for e in call.happened(Interrupted)] == [("shortcut", "harbour")]
    assert call.noted() == ["museum: flow"]
    ears = call.listened()
    assert not ears.heard_whole(call.files(SHIPS)[0])


async def test_silence_and_wrong_keys_are_counted_apart(exchange: Exchange) -> None:
    question = "Do you like the rain today? If you like it, press 1."
    first = f"Just one question about the weather. {question}"
    silence, key = "We did not hear anything from you.", "That key has no meaning in here."

    async def is_silent_twice(call: LiveCall) -> None:
        await call.until_asked(silence)
        await call.press("5")
        await call.ends()
        assert call.said() == [
            *finished(first, f"{silence} {question}", f"{key} {question}"),
            ("You were silent all the time.", "finished"),
        ]
        assert [e.result for e in call.happened(Pressed)] == ["no_input", "no_match", "no_input"]

    async def is_wrong_three_times(call: LiveCall) -> None:
        await call.until_asked(first)
        await call.press("9")
        await call.until_asked(key)
        await call.press("*")
        await call.until_asked("Only one single key has a meaning.")
        await call.press("0")
        await call.ends()
        assert call.said() == [
            *finished(first, f"{key} {question}"),
            *finished(f"Only one single key has a meaning. {question}"),
            *finished("You pressed the wrong keys all the time."),
        ]

    async with exchange.calling("7103") as silent, exchange.calling("7103") as wrong:
        await asyncio.gather(is_silent_twice(silent), is_wrong_three_times(wrong))
    silent.listened()
    wrong.listened()
