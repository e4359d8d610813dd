from __future__ import annotations

import textwrap
from datetime import datetime
from pathlib import Path

import pytest

from ivrkit.call.hearing import Hypothesis
from ivrkit.call.queues import QueueExit, QueueFigures
from ivrkit.errors import ScriptError
from ivrkit.qa import script as turns
from ivrkit.qa.given import DialplanUse, QueueUse
from ivrkit.qa.reading import load_script, read_script

WHOLE = """
    script: 1
    name: everything at once
    dial: "800"
    section: top
    from: "+49301234567"
    with: {most: 5}
    given:
      clock: 2026-03-02T10:00:00+01:00
      queue.service:
        - answered: {agent: PJSIP/7, talk: 2m, result: sold}
          after: 3s
        - unstaffed
        - timeout: true
      queue.cards: {full: true}
      queues.service: {waiting: 3, ready: 0, staffed: 2, wait: 90s}
    call:
      - hear: Welcome, caller
      - never_hear: Goodbye
      - press: 0123
      - press: star 31 hash
      - press: 123456#
      - silence: 10s
      - wait: 300ms
      - section: balance
      - queue: service
      - queue: {name: service, payload: {account: 0123}, exit: answered}
      - expect: {ended: caller, exit: no_input, variables: {account: 0123, open: true}}
      - hangup
      - flow: bank
        section: cards
      - dial: "801"
"""


def test_a_whole_script() -> None:
    read, found = read_script("call.yaml", textwrap.dedent(WHOLE))
    assert not len(found)
    assert read is not None
    assert read.name == "everything at once"
    assert read.given.clock == datetime.fromisoformat("2026-03-02T10:00:00+01:00")
    assert read.given.queues == {
        "service": (
            QueueUse(QueueExit.ANSWERED, "PJSIP/7", 120.0, 3.0, "sold"),
            QueueUse(QueueExit.UNSTAFFED),
            QueueUse(QueueExit.TIMEOUT),
        ),
        "cards": QueueUse(QueueExit.FULL),
    }
    assert read.given.figures == {"service": QueueFigures(3, 0, 2, 90.0)}
    assert read.turns == (
        turns.Dial("800", "", "top", "+49301234567", {"most": "5"}),
        turns.Hear("Welcome, caller"),
        turns.NeverHear("Goodbye"),
        turns.Press("0123"),
        turns.Press("*31#"),
        turns.Press("123456#"),
        turns.Silence(10.0),
        turns.Wait(0.3),
        turns.InSection("balance"),
        turns.Queued("service"),
        turns.Queued("service", {"account": "0123"}, "answered", "back"),
        turns.Expect("caller", "no_input", {"account": "0123", "open": "true"}),
        turns.HangUp(),
        turns.Dial("", "bank", "cards"),
        turns.Dial("801"),
    )
    assert (read.turns[3].mark.line, read.turns[3].mark.column) == (20, 12)


HEAD = "script: 1\nflow: bank\n"
WRONG = {
    "unknown field": ("script: 1\nflow: bank\nnmae: x\ncall: []", "3:1", "did you mean 'name'?"),
    "no version": ("flow: bank\ncall: []", "1:1", "begin with `script: 1`"),
    "another version": ("script: 2\nflow: bank\ncall: []", "1:9", "write `script: 1`"),
    "no call": (HEAD, "1:1", "list its turns under `call:`"),
    "neither dial nor flow": ("script: 1\ncall: []", "1:1", "write `dial:"),
    "both": ('script: 1\nflow: bank\ndial: "1"\ncall: []', "2:7", "write `dial:"),
    "unknown turn": (HEAD + "call:\n  - haer: x", "4:5", "did you mean 'hear'?"),
    "say": (HEAD + "call:\n  - say: {confidence: 0.4}", "4:10", "write `text: …`"),
    "say nothing": (HEAD + "call:\n  - say: []", "4:10", "leave it out for a noise"),
    "say how surely": (HEAD + "call:\n  - {say: a, confidence: 4}", "4:26", "write 0.4"),
    "say surely what": (HEAD + "call:\n  - {say: [a], confidence: 1}", "4:28", "in the list"),
    "a reading": (HEAD + "call:\n  - say: [{confidence: 1}]", "4:11", "write `{text: billing"),
    "what the dialplan does": (
        HEAD + "given: {dialplan.door: open}\ncall: []",
        "3:24",
        "write `dialplan.terminal:",
    ),
    "two words": (HEAD + "call:\n  - hear: x\n    press: 1", "5:5", "put `- ` before it"),
    "no value": (HEAD + "call:\n  - hear", "4:5", "write `hear: …`"),
    "a swallowed hash": (HEAD + "call:\n  - press: #", "4:11", "write # as the word hash"),
    "no keys": (HEAD + "call:\n  - press: one", "4:12", "write digits, the words star and hash"),
    "a bad duration": (HEAD + "call:\n  - wait: 5", "4:11", "write a duration as"),
    "a bad end": (HEAD + "call:\n  - expect: {ended: flown}", "4:21", "did you mean 'flow'?"),
    "a bad exit": (HEAD + "call:\n  - queue: {name: a, exit: ful}", "4:28", "did you mean 'full'"),
    "a nameless queue": (HEAD + "call:\n  - queue: {exit: full}", "4:12", "add `name: service`"),
    "no list": (HEAD + "call: hear", "3:7", "begin with `- `"),
    "a clock without zone": (
        HEAD + "given: {clock: 2026-03-02T10:00:00}\ncall: []",
        "3:16",
        "write 2026-03-02T10:00:00+01:00",
    ),
    "nothing of that name": (HEAD + "given: {weather.now: 1}\ncall: []", "3:22", "there are"),
    "a bad use": (
        HEAD + "given: {queue.service: {unstafed: true}}\ncall: []",
        "3:25",
        "did you mean 'unstaffed'?",
    ),
    "two exits": (
        HEAD + "given: {queue.service: {full: true, timeout: true}}\ncall: []",
        "3:24",
        "write `queue.service:",
    ),
    "no number": (HEAD + "given: {queues.service: {waiting: many}}\ncall: []", "3:35", "write 3"),
    "a cut text": (HEAD + "call:\n  - hear: press # now", "4:17", "put it in quotes"),
}


@pytest.mark.parametrize(("text", "place", "hint"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_told_once_at_its_place(text: str, place: str, hint: str) -> None:
    read, found = read_script("call.yaml", text)
    assert read is None
    assert [str(each.mark) for each in found] == [f"call.yaml:{place}"]
    assert hint in next(iter(found)).hint


def test_all_mistakes_are_told_at_once() -> None:
    text = HEAD + "given: {clock: x}\ncall:\n  - haer: x\n  - wait: y\n"
    assert len(read_script("call.yaml", text)[1]) == 3


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(ScriptError, match="no such file"):
        load_script("nowhere.yaml")


def test_a_file_with_a_mistake_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "call.yaml"
    path.write_text(HEAD + "call:\n  - haer: x\n")
    with pytest.raises(ScriptError, match=r"did you mean 'hear'\?"):
        load_script(path)


def test_a_flow_in_place_of_a_script_is_told_once() -> None:
    script, found = read_script("bank.yaml", "flow: bank\nlanguage: en\nsections: {main: []}\n")
    assert script is None
    (only,) = found
    assert only.message == "this is a flow, not a call script"
    assert only.hint == "call it with: ivrkit simulate bank.yaml"


def test_what_is_remembered_and_what_the_dialplan_does() -> None:
    text = """
        given:
          remember:
            "bank:1": {name: Ann, due: none, items: [a, none, "none"]}
            points: 12
          dialplan.door: [{after: 3s, values: {open: "yes"}}, failed, {failed: true}, {}]
          dialplan.light: {after: 2s}
        call: []
    """
    read, found = read_script("call.yaml", HEAD + textwrap.dedent(text))
    assert not len(found)
    assert read is not None
    assert read.given.memories == {
        "bank:1": {"name": "Ann", "due": None, "items": ["a", None, "none"]},
        "points": "12",
    }
    assert read.given.dialplan == {
        "door": (
            DialplanUse(3.0, values={"open": "yes"}),
            DialplanUse(done=False),
            DialplanUse(done=False),
            DialplanUse(),
        ),
        "light": DialplanUse(2.0),
    }


def test_what_a_caller_says() -> None:
    said = "  - say: Hello, this is Ann from the harbour.\n  - say: {seconds: 4s}\n  - say: Hi\n"
    read, found = read_script("call.yaml", f"{HEAD}call:\n{said}")
    assert not len(found)
    assert read is not None
    assert read.turns[1:] == (
        turns.Say("Hello, this is Ann from the harbour.", 36 / 15),
        turns.Say("", 4.0),
        turns.Say("Hi", 1.0),
    )


def test_what_is_understood_of_it() -> None:
    said = """
      - {say: billing, confidence: 0.4}
      - say: {text: cards, seconds: 3s}
      - {say: Hello, seconds: 2s}
      - say: [building, {text: billing, confidence: 0.3}]
      - say: {seconds: 1s}
    """
    read, found = read_script("call.yaml", f"{HEAD}call:{said}")
    assert not len(found)
    assert read is not None
    unsure = (Hypothesis("building"), Hypothesis("billing", 0.3))
    assert read.turns[1:] == (
        turns.Say("billing", 1.0, (Hypothesis("billing", 0.4),)),
        turns.Say("cards", 3.0),
        turns.Say("Hello", 2.0),
        turns.Say("building", 1.0, unsure),
        turns.Say("", 1.0),
    )
    assert [each.heard for each in read.turns[1:] if isinstance(each, turns.Say)] == [
        (Hypothesis("billing", 0.4),),
        (Hypothesis("cards"),),
        (Hypothesis("Hello"),),
        unsure,
        (),
    ]
