"""The trace: one typed event per thing that happened. Monitor, log, coverage, replay and reports
are made of these and of nothing else.

``at`` is seconds since the call arrived. Values are plain data with secrets already masked.
"""

from __future__ import annotations

from typing import Any

import msgspec


class TraceEvent(msgspec.Struct, tag_field="event", omit_defaults=True, kw_only=True):
    """Base of all trace events."""

    at: float = 0.0


class Arrived(TraceEvent, tag="arrived"):
    caller: str
    number: str
    flow: str
    version: str
    channel: str = ""


class Entered(TraceEvent, tag="entered"):
    """A step was entered."""

    path: str
    verb: str
    flow: str = ""
    how: str = "entered"
    line: int = 0


class Left(TraceEvent, tag="left"):
    """A step was left; ``seconds`` is how long it took."""

    path: str
    exit: str
    seconds: float = 0.0
    flow: str = ""


class Skipped(TraceEvent, tag="skipped"):
    """A step was passed by: its ``when`` does not hold."""

    path: str
    flow: str = ""


class CameBack(TraceEvent, tag="came_back"):
    """What a ``run`` step ran has returned; the step is left by ``exit``."""

    path: str
    exit: str
    flow: str = ""


class Said(TraceEvent, tag="said"):
    """A prompt was played: ``end`` is finished, barge_in, skipped, failed; ``seconds`` how long.
    ``fallback`` is the language of what stands in for a text or recording in the call's.
    ``unplayed``: the caller was there, and the carrier could not play the last of ``media``."""

    text: str
    end: str
    language: str
    fallback: str = ""
    seconds: float = 0.0
    media: tuple[str, ...] = ()
    unplayed: bool = False


class Saying(TraceEvent, tag="saying"):
    """A prompt begins to play; ``seconds`` is how long it lasts if nothing stops it, ``fallback``
    the language of what stands in for a text or recording in the call's."""

    text: str
    language: str
    fallback: str = ""
    barge_in: bool = True
    seconds: float = 0.0


class EarOpened(TraceEvent, tag="hearing"):
    """A question listens to what the caller says, from before its prompt until it is over.
    ``barge_in``: also while the prompt plays."""

    language: str
    barge_in: bool = True


class HearingLost(TraceEvent, tag="hearing_lost"):
    """Nothing is understood (any more): the questions of this call go on with keys alone."""

    reason: str


class Listening(TraceEvent, tag="listening"):
    """A question waits for the caller's keys: its prompt is over, or was skipped. ``passing``: keys
    have a meaning from now on until the step is left, and time goes on without them."""

    passing: bool = False


class Recognised(TraceEvent, tag="recognised"):
    """What the caller has said, as the recogniser understood it: ``text`` is the reading that
    counts (``••••`` where it is secret), ``alternatives`` are the others, each with its
    confidence. ``result`` is chosen, understood, no_match, key or shortcut (flow-wide), or
    ``ignored``: said over a prompt without a meaning, or a noise."""

    text: str
    confidence: float = 1.0
    result: str = "chosen"
    label: str = ""
    reason: str = ""
    alternatives: tuple[tuple[str, float], ...] = ()


class Pressed(TraceEvent, tag="pressed"):
    """Keys as the step that consumed them allows: ``keys`` is ``••••`` where they are secret."""

    keys: str
    result: str
    label: str = ""
    reason: str = ""


class KeyLost(TraceEvent, tag="key_lost"):
    """A key that nobody could take (the buffer was full, or the call was in other hands)."""

    reason: str


class VariableSet(TraceEvent, tag="set"):
    name: str
    value: Any


class Noted(TraceEvent, tag="noted"):
    """A ``log`` step."""

    text: str


class Recording(TraceEvent, tag="recording"):
    """The caller is recorded from now on, for ``longest`` seconds at most."""

    id: str
    longest: float = 0.0


class Recorded(TraceEvent, tag="recorded"):
    """A recording is over; ``seconds`` is its length. ``by`` is key, silence, longest, stop,
    interrupted (a hang-up or limit), gap, end or failed. Not ``kept``: nothing was said."""

    id: str
    seconds: float = 0.0
    by: str = "end"
    kept: bool = False


class Milestone(TraceEvent, tag="milestone"):
    """A named point of the call (``milestone``), with values that reports count by."""

    name: str
    values: dict[str, Any] = {}


class HandedOff(TraceEvent, tag="handoff"):
    """``state`` is queued, called, connected, not_answered, back; ``handoff`` the payload's id."""

    state: str
    queue: str
    handoff: str = ""
    party: str = ""
    result: str = ""
    payload: Any = None


class InDialplan(TraceEvent, tag="dialplan"):
    """The call has ``left`` for a part of the dialplan, or is ``back``; ``done`` says that it has
    been run."""

    state: str
    name: str
    done: bool = False


class Asked(TraceEvent, tag="asked"):
    """A system outside was asked: ``connector`` (``database.crm``) and ``operation`` say what,
    ``parameters`` with which values (secrets masked), ``exit`` what came of it, ``error`` why it
    failed, ``seconds`` how long it took. ``taken`` are the variables that have received
    something of the answer, right before, and where it stands there (JSON pointers)."""

    connector: str
    operation: str = ""
    parameters: dict[str, Any] = {}
    exit: str = "next"
    seconds: float = 0.0
    error: str = ""
    taken: dict[str, str] = {}


class Interrupted(TraceEvent, tag="interrupted"):
    """``by`` is hangup, key, shortcut, limit, timeout; ``to`` the target of the frame that declared
    it."""

    by: str
    to: str = ""


class Music(TraceEvent, tag="music"):
    """Music on hold begins, and plays until something is said or the step is left."""

    name: str


class Outlasted(TraceEvent, tag="outlasted"):
    """Work that had begun when its step ended, and that must not be broken off: ``end`` is
    ``finished``, or ``cancelled`` when it took too long; ``seconds`` how long it took."""

    path: str
    end: str
    seconds: float = 0.0


class Failed(TraceEvent, tag="error"):
    """A step failed; ``place`` is ``file:line:column``."""

    code: str
    message: str
    path: str = ""
    place: str = ""


class Resumed(TraceEvent, tag="resumed"):
    """Another engine process has taken the call up; ``flow``, ``version`` and ``number`` are those
    with which it arrived."""

    path: str
    where: str = "here"
    flow: str = ""
    version: str = ""
    number: str = ""


class Interruption(TraceEvent, tag="gap"):
    """Nothing was heard of the carrier for so many ``seconds``: keys pressed meanwhile are lost,
    and prompts that ended in it are taken up where they are now."""

    seconds: float = 0.0


class Ended(TraceEvent, tag="ended"):
    """The call is over: caller, flow, agent, transfer, error, limit, lost, fell_back."""

    ended: str
    path: str = ""


EVENTS = (
    Arrived
    | Entered
    | Left
    | Skipped
    | CameBack
    | Said
    | Saying
    | EarOpened
    | HearingLost
    | Listening
    | Recognised
    | Pressed
    | KeyLost
    | VariableSet
    | Noted
    | Recording
    | Recorded
    | Milestone
    | HandedOff
    | InDialplan
    | Asked
    | Interrupted
    | Outlasted
    | Music
    | Failed
    | Resumed
    | Interruption
    | Ended
)
"""The union of all events, for decoding."""

ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(EVENTS)
