from __future__ import annotations

from typing import get_args

import pytest

from ivrkit.call import events
from ivrkit.call.events import (
    Arrived,
    Asked,
    CameBack,
    EarOpened,
    Ended,
    Entered,
    Failed,
    HandedOff,
    HearingLost,
    InDialplan,
    Interrupted,
    Interruption,
    KeyLost,
    Left,
    Listening,
    Milestone,
    Music,
    Noted,
    Outlasted,
    Pressed,
    Recognised,
    Recorded,
    Recording,
    Resumed,
    Said,
    Saying,
    Skipped,
    TraceEvent,
    VariableSet,
)
from ivrkit.service.timeline import _TELLERS, Line, Tone, how_ended, line_of, lines_of

TOLD = [
    (Arrived(caller="+49", number="800", flow="bank", version="v"), "+49 calls 800: flow bank"),
    (
        Arrived(caller="", number="800", flow="bank", version="v"),
        "a caller without a number calls 800: flow bank",
    ),
    (Entered(path="main/0", verb="say", flow="bank", line=3), "say  bank:main/0, line 3"),
    (Entered(path="main/0", verb="say", how="resumed"), "say  main/0 (resumed)"),
    (Left(path="main/0", exit="no_input", seconds=1.25), "no_input  main/0, after 1.2 s"),
    (Left(path="main/0", exit="next"), None),
    (Skipped(path="main/1", flow="bank"), "bank:main/1"),
    (CameBack(path="main/2", exit="refused"), "refused  main/2"),
    (CameBack(path="main/2", exit="next"), None),
    (Saying(text="Welcome.", language="en"), '"Welcome."'),
    (Saying(text="Sí.", language="es", fallback="es"), '"Sí."  (es stands in)'),
    (Saying(text="No.", language="en", barge_in=False), '"No."  (cannot be interrupted)'),
    (Said(text="x", end="finished", language="en"), None),
    (
        Said(text="x", end="barge_in", language="en", seconds=0.84),
        "interrupted by the caller after 0.8 s",
    ),
    (Said(text="", end="skipped", language="en"), "prompt skipped: keys were typed ahead"),
    (Said(text="", end="failed", language="en"), "the prompt could not be played to its end"),
    (EarOpened(language="de"), "to words (de)"),
    (HearingLost(reason="no model"), "nothing is understood: no model"),
    (Recognised(text="billing", label="bills"), "billing  (bills)"),
    (Recognised(text="billing", confidence=0.8), "billing  80% sure"),
    (Recognised(text="agent", result="key", label="0"), "agent  (key 0 of the flow)"),
    (
        Recognised(text="bill", confidence=0.4, result="no_match", reason="unsure"),
        "bill  40% sure  not accepted: not understood surely enough",
    ),
    (Recognised(text="hello", result="ignored"), "hello  overheard"),
    (Recognised(text="", confidence=0, result="ignored"), "a noise"),
    (Recording(id="c.2.0", longest=60), "the caller may speak, 60 s at most"),
    (Recorded(id="c.2.0", seconds=4.5, by="key", kept=True), "4.5 s (key), message c.2.0"),
    (Recorded(id="c.2.0", by="silence"), "nothing was said (silence)"),
    (InDialplan(state="left", name="terminal"), "terminal has the call"),
    (
        Asked(connector="database.crm", operation="query", seconds=0.12),
        "database.crm query, 0.12 s",
    ),
    (
        Asked(connector="database.crm", operation="query", exit="not_found"),
        "database.crm query, 0.00 s: not_found",
    ),
    (
        Asked(connector="http.pay", operation="POST", exit="timeout", seconds=5, error="late"),
        "http.pay POST, 5.00 s: timeout, late",
    ),
    (InDialplan(state="back", name="terminal", done=True), "terminal is done"),
    (InDialplan(state="back", name="terminal"), "terminal has failed"),
    (Listening(), ""),
    (Listening(passing=True), "while the step goes on"),
    (Music(name="default"), "default"),
    (Outlasted(path="main/3", end="finished", seconds=1.5), "main/3 was let finish after 1.5 s"),
    (Outlasted(path="main/3", end="cancelled", seconds=10), "main/3 was broken off after 10 s"),
    (Pressed(keys="1", result="chosen", label="balances"), "1  (balances)"),
    (Pressed(keys="1", result="chosen", label="[1-5]"), "1"),
    (Pressed(keys="12", result="chosen", label="entry"), "12"),
    (Pressed(keys="0", result="key", label="0"), "0  (key of the flow)"),
    (Pressed(keys="*31", result="shortcut"), "*31  (shortcut of the flow)"),
    (Pressed(keys="7", result="no_match", reason="unknown"), "7  not accepted: not one of the"),
    (Pressed(keys="", result="no_input"), "nothing was pressed"),
    (Pressed(keys="#", result="default"), "the proposed value was accepted"),
    (KeyLost(reason="2 keys"), "a key was lost: 2 keys"),
    (VariableSet(name="a", value={"b": [1, "x"], "c": None}), 'a = b: [1, "x"], c: null'),
    (Noted(text="hello"), "hello"),
    (Milestone(name="paid", values={"amount": "12.50"}), "paid (amount: 12.50)"),
    (
        HandedOff(state="queued", queue="service", handoff="h1", payload={"account": "12"}),
        "queue service with account: 12, id h1",
    ),
    (HandedOff(state="called", queue="service", party="PJSIP/1"), "PJSIP/1 is called"),
    (HandedOff(state="connected", queue="service", party="PJSIP/1"), "PJSIP/1 answers"),
    (HandedOff(state="not_answered", queue="service", party="P"), "P does not answer"),
    (HandedOff(state="back", queue="service", party="P", result="answered"), "back from P: ans"),
    (HandedOff(state="back", queue="service", result="timeout"), "back: timeout"),
    (Interrupted(by="hangup"), None),
    (Interrupted(by="shortcut", to="cards"), "interrupted by a shortcut, goes to cards"),
    (Failed(code="expression", message="no", place="f:1:2"), "no  [expression] f:1:2"),
    (Resumed(path="main/0"), "another engine has taken the call up at main/0"),
    (
        Interruption(seconds=3.25),
        "Asterisk was not heard for 3.2 s; keys pressed meanwhile are lost",
    ),
    (Ended(ended="caller"), "the caller has hung up"),
    (Ended(ended="something new"), "something new"),
]


@pytest.mark.parametrize(("event", "text"), TOLD, ids=lambda each: type(each).__name__)
def test_every_event_is_told(event: TraceEvent, text: str | None) -> None:
    line = line_of(event)
    if text is None:
        assert line is None
    else:
        assert line is not None
        assert line.text.startswith(text)


def test_no_kind_of_event_is_forgotten() -> None:
    assert set(_TELLERS) == set(get_args(events.EVENTS))
    assert {type(event) for event, _ in TOLD} == set(_TELLERS)


def test_details_can_be_left_out() -> None:
    trace: list[TraceEvent] = [Entered(path="main/0", verb="say"), Noted(text="a")]
    assert [line.tone for line in lines_of(trace)] == [Tone.DETAIL, Tone.NOTE]
    assert [line.text for line in lines_of(trace, details=False)] == ["a"]


def test_a_line_without_colours() -> None:
    assert Line(1.5, "says", '"Hi"', Tone.SAID).plain() == '   1.50  says       "Hi"'
    assert Line(12.0, "listens", "", Tone.DETAIL).plain() == "  12.00  listens"


def test_how_a_call_ended_in_words() -> None:
    assert how_ended("flow") == "the flow was over"
