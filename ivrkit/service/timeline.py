"""What happened in a call, as a person reads it: one line per trace event.

The one renderer for ``calls tail``, ``calls show``, ``phone`` and ``demo``. It sees trace events
alone, in which secrets are masked already.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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


class Tone(StrEnum):
    """What kind of thing a line tells; whoever prints it chooses the colour."""

    CALL = "call"
    SAID = "said"
    PRESSED = "pressed"
    HANDOFF = "handoff"
    NOTE = "note"
    TROUBLE = "trouble"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True)
class Line:
    """A line: seconds since the call arrived, a word for what it is, and the rest.

    With the tone ``DETAIL`` it is of interest only to those who want to see each step.
    """

    at: float
    word: str
    text: str
    tone: Tone

    def plain(self) -> str:
        """The line without colour."""
        return f"{self.at:7.2f}  {self.word:<9}  {self.text}".rstrip()


def line_of(event: TraceEvent) -> Line | None:
    """The line for an event; None for one that another line has told already."""
    told = _TELLERS[type(event)](event)
    return None if told is None else Line(event.at, *told)


def lines_of(events: Iterable[TraceEvent], *, details: bool = True) -> list[Line]:
    """The lines of a whole trace, with or without those of each step."""
    lines = (line_of(event) for event in events)
    return [line for line in lines if line and (details or line.tone is not Tone.DETAIL)]


Told = tuple[str, str, Tone] | None


def _arrived(event: Arrived) -> Told:
    who = event.caller or "a caller without a number"
    return "call", f"{who} calls {event.number}: flow {event.flow}", Tone.CALL


def _entered(event: Entered) -> Told:
    how = "" if event.how == "entered" else f" ({event.how})"
    line = f", line {event.line}" if event.line else ""
    return "step", f"{event.verb}  {_place(event.flow, event.path)}{line}{how}", Tone.DETAIL


def _left(event: Left) -> Told:
    if event.exit in ("next", "interrupted", "hangup"):
        return None
    place = _place(event.flow, event.path)
    return "exit", f"{event.exit}  {place}, after {event.seconds:.1f} s", Tone.DETAIL


def _skipped(event: Skipped) -> Told:
    return "skips", _place(event.flow, event.path), Tone.DETAIL


def _came_back(event: CameBack) -> Told:
    if event.exit == "next":
        return None
    return "exit", f"{event.exit}  {_place(event.flow, event.path)}", Tone.DETAIL


def _saying(event: Saying) -> Told:
    note = "" if event.barge_in else "  (cannot be interrupted)"
    if event.fallback:
        note += f"  ({event.fallback} stands in)"
    return "says", f'"{event.text}"{note}', Tone.SAID


def _said(event: Said) -> Told:
    match event.end:
        case "barge_in":
            return "", f"interrupted by the caller after {event.seconds:.1f} s", Tone.DETAIL
        case "skipped":
            return "", "prompt skipped: keys were typed ahead", Tone.DETAIL
        case "failed":
            return "trouble", "the prompt could not be played to its end", Tone.TROUBLE
        case _:
            return None


def _listening(event: Listening) -> Told:
    return "listens", "while the step goes on" if event.passing else "", Tone.DETAIL


def _music(event: Music) -> Told:
    return "music", event.name, Tone.DETAIL


def _outlasted(event: Outlasted) -> Told:
    how = "was let finish" if event.end == "finished" else "was broken off"
    return "", f"{event.path} {how} after {event.seconds:g} s", Tone.DETAIL


def _pressed(event: Pressed) -> Told:
    told = any(letter.islower() for letter in event.label)
    label = f"  ({event.label})" if told and event.label != event.keys else ""
    match event.result:
        case "no_input":
            return "silence", "nothing was pressed", Tone.PRESSED
        case "no_match":
            why = _REASONS.get(event.reason, event.reason)
            return "pressed", f"{event.keys}  not accepted: {why}", Tone.PRESSED
        case "default":
            return "pressed", "the proposed value was accepted", Tone.PRESSED
        case "key" | "shortcut":
            return "pressed", f"{event.keys}  ({event.result} of the flow)", Tone.PRESSED
        case _:
            return "pressed", f"{event.keys}{label}", Tone.PRESSED


def _ear_opened(event: EarOpened) -> Told:
    return "listens", f"to words ({event.language})", Tone.DETAIL


def _hearing_lost(event: HearingLost) -> Told:
    return "trouble", f"nothing is understood: {event.reason}", Tone.TROUBLE


def _recognised(event: Recognised) -> Told:
    sure = f"{event.text}  {event.confidence:.0%} sure" if event.confidence < 1 else event.text
    label = f"  ({event.label})" if event.label and event.label != event.text else ""
    match event.result:
        case "ignored":
            return "heard", f"{sure}  overheard" if event.text else "a noise", Tone.DETAIL
        case "no_match":
            why = _REASONS.get(event.reason, event.reason)
            return "heard", f"{sure}  not accepted: {why}".strip(), Tone.PRESSED
        case "key" | "shortcut":
            return "heard", f"{sure}  ({event.result} {event.label} of the flow)", Tone.PRESSED
        case _:
            return "heard", f"{sure}{label}", Tone.PRESSED


_REASONS: Mapping[str, str] = {
    "unknown": "not one of the choices",
    "too_short": "too short",
    "too_long": "too long",
    "unsure": "not understood surely enough",
    "check": "the check refused it",
}


def _key_lost(event: KeyLost) -> Told:
    return "trouble", f"a key was lost: {event.reason}", Tone.TROUBLE


def _set(event: VariableSet) -> Told:
    return "sets", f"{event.name} = {shown_value(event.value)}", Tone.DETAIL


def _noted(event: Noted) -> Told:
    return "log", event.text, Tone.NOTE


def _milestone(event: Milestone) -> Told:
    values = f" ({shown_value(event.values)})" if event.values else ""
    return "reached", f"{event.name}{values}", Tone.NOTE


def _recording(event: Recording) -> Told:
    return "record", f"the caller may speak, {event.longest:g} s at most", Tone.NOTE


def _recorded(event: Recorded) -> Told:
    if not event.kept:
        return "record", f"nothing was said ({event.by})", Tone.NOTE
    return "record", f"{event.seconds:g} s ({event.by}), message {event.id}", Tone.NOTE


def _in_dialplan(event: InDialplan) -> Told:
    if event.state == "left":
        return "dialplan", f"{event.name} has the call", Tone.HANDOFF
    return "dialplan", f"{event.name} {'is done' if event.done else 'has failed'}", Tone.HANDOFF


def _asked(event: Asked) -> Told:
    took = f"{event.connector} {event.operation}".rstrip() + f", {event.seconds:.2f} s"
    if event.error:
        return "asks", f"{took}: {event.exit}, {event.error}", Tone.TROUBLE
    left = "" if event.exit == "next" else f": {event.exit}"
    return "asks", took + left, Tone.NOTE


def _handed_off(event: HandedOff) -> Told:
    match event.state:
        case "queued":
            with_ = f" with {shown_value(event.payload)}" if event.payload else ""
            return "hand-off", f"queue {event.queue}{with_}, id {event.handoff}", Tone.HANDOFF
        case "called":
            return "hand-off", f"{event.party} is called", Tone.HANDOFF
        case "connected":
            return "hand-off", f"{event.party} answers", Tone.HANDOFF
        case "not_answered":
            return "hand-off", f"{event.party} does not answer", Tone.HANDOFF
        case _:
            by = f" from {event.party}" if event.party else ""
            return "hand-off", f"back{by}: {event.result}", Tone.HANDOFF


def _interrupted(event: Interrupted) -> Told:
    if event.by == "hangup":
        return None
    to = f", goes to {event.to}" if event.to else ""
    return "", f"interrupted by a {event.by}{to}", Tone.DETAIL


def _failed(event: Failed) -> Told:
    return "trouble", f"{event.message}  [{event.code}] {event.place}".rstrip(), Tone.TROUBLE


def _resumed(event: Resumed) -> Told:
    return "resumed", f"another engine has taken the call up at {event.path}", Tone.NOTE


def _gap(event: Interruption) -> Told:
    length = f"{event.seconds:.1f} s" if event.seconds else "a while"
    told = f"Asterisk was not heard for {length}; keys pressed meanwhile are lost"
    return "gap", told, Tone.TROUBLE


def _ended(event: Ended) -> Told:
    return "ended", how_ended(event.ended), Tone.CALL


def how_ended(ended: str) -> str:
    """What became of a call, in words."""
    return _ENDS.get(ended, ended)


_ENDS: Mapping[str, str] = {
    "caller": "the caller has hung up",
    "flow": "the flow was over",
    "agent": "the agent has ended the call",
    "transfer": "the call went on elsewhere",
    "error": "by an error",
    "limit": "the call took too long",
    "lost": "the call was lost: it ended with Asterisk, or while the engine was away",
    "fell_back": "the dialplan's fallback took the call while the engine was away",
}


def _place(flow: str, path: str) -> str:
    return f"{flow}:{path}" if flow else path


def shown_value(value: Any) -> str:
    """Plain data on one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {shown_value(each)}" for name, each in value.items())
    return json.dumps(value, ensure_ascii=False, default=str)


_TELLERS: Mapping[type[TraceEvent], Callable[[Any], Told]] = {
    Arrived: _arrived,
    Entered: _entered,
    Left: _left,
    Skipped: _skipped,
    CameBack: _came_back,
    Saying: _saying,
    Said: _said,
    Listening: _listening,
    EarOpened: _ear_opened,
    HearingLost: _hearing_lost,
    Recognised: _recognised,
    Pressed: _pressed,
    KeyLost: _key_lost,
    VariableSet: _set,
    Noted: _noted,
    Milestone: _milestone,
    HandedOff: _handed_off,
    InDialplan: _in_dialplan,
    Asked: _asked,
    Recording: _recording,
    Recorded: _recorded,
    Music: _music,
    Outlasted: _outlasted,
    Interrupted: _interrupted,
    Failed: _failed,
    Resumed: _resumed,
    Interruption: _gap,
    Ended: _ended,
}
