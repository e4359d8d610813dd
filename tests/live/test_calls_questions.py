"""Questions, live: digits with restart, terminator, check and confirmation; plain verbs."""

from __future__ import annotations

import pytest

from ivrkit.call.events import Entered, Left, Pressed
from ivrkit.testing.phones import PhoneEvent
from tests.live.harness import Exchange, finished

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

TICKET = "Please enter the number of your ticket."
UNKNOWN = "We have no ticket of this number."
PLAIN = {
    *("again", "answer", "collect", "goto", "hangup", "if", "log", "menu", "next", "queue"),
    *("reject", "return", "run", "say", "set", "switch", "wait", "wrong"),
}
"""The verbs of the flows called here; those of the others are in the call scripts, played live."""


async def test_digits_are_restarted_checked_confirmed_and_corrected(exchange: Exchange) -> None:
    async with exchange.calling("7102") as call:
        await call.until_asked(TICKET)
        await call.press("12*3456#")  # the star drops what stands before it
        await call.until_said("3456")
        await call.press("2")  # not right: asked anew
        await call.until_said(TICKET)
        await call.press("999#")  # the check refuses it
        await call.until_asked(UNKNOWN)
        await call.press("7#")  # too short
        await call.until_said(UNKNOWN)
        await call.press("4711#")
        await call.until_asked("4711")
        await call.press("1")
        await call.ends()
    right = "If that is right, press 1. To enter it again, press 2."
    assert call.said() == [
        (TICKET, "finished"),
        (f"You entered 3456. {right}", "barge_in"),
        (TICKET, "barge_in"),
        (f"{UNKNOWN} {TICKET}", "finished"),
        (f"{UNKNOWN} {TICKET}", "barge_in"),
        *finished(f"You entered 4711. {right}", "Welcome aboard with ticket 4711"),
    ]
    keys = [(event.keys, event.result, event.reason) for event in call.happened(Pressed)]
    assert keys == [
        ("3456", "chosen", ""),
        ("2", "chosen", ""),
        ("999", "chosen", ""),
        ("7", "no_match", "too_short"),
        ("4711", "chosen", ""),
        ("1", "chosen", ""),
    ]
    assert call.noted() == ["ticket 4711: flow"]
    call.listened()


async def test_a_sub_flow_returns_a_value_or_an_outcome(exchange: Exchange) -> None:
    async with exchange.calling("7106") as call:
        await call.until_asked("the onion soup")
        await call.press("4")
        await call.until_asked("the apple pie")
        await call.press("*")
        await call.ends()
    assert call.said() == [
        *finished("How many points do you give to the onion soup"),
        *finished("The soup now has 4 points from you."),
        *finished("How many points do you give to the apple pie"),
        *finished("What a pity that you do not tell us."),
    ]
    call.listened()


async def test_the_verbs_of_a_plain_flow_are_at_work(exchange: Exchange) -> None:
    async with exchange.calling("7104") as call:
        await call.until_asked("Please choose a colour")
        await call.press("1")
        await call.until_asked("Please choose a colour")  # again
        await call.press("2")
        await call.until_asked("This colour is too loud.")  # wrong
        await call.press("3")
        await call.until_asked("Enter the two digits")
        await call.press("13")
        await call.until_asked("This paint has dried up.")
        await call.press("27")
        await call.ends()
    assert call.said() == [
        *finished("Two tools are lying on the bench.", "Please choose a colour for the chair."),
        *finished("Red is out of stock.", "Please choose a colour for the chair."),
        *finished("This colour is too loud. Please choose a colour for the chair."),
        *finished("Blue is a good choice.", "Enter the two digits of the paint."),
        *finished("This paint has dried up. Enter the two digits of the paint."),
        *finished("The chair is blue with paint 27"),
    ]
    assert call.noted() == ["the colour is blue"]
    call.listened()

    async with exchange.caller() as refused:
        await refused.dial("7105")
        over: PhoneEvent = await refused.phone.closed()
        assert over.param == "486 Busy Here"
        await refused.until(Left, exit="hangup")
    entered = {event.verb for event in (*call.happened(Entered), *refused.happened(Entered))}
    assert entered == PLAIN


async def test_a_number_that_is_not_listed_is_refused(exchange: Exchange) -> None:
    known = set(exchange.traces.calls)
    async with exchange.caller() as call:
        await call.phone.ring("7119")
        assert (await call.phone.closed()).param.startswith("404")
    assert set(exchange.traces.calls) == known
