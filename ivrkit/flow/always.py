"""The names that are always there, with their types: for the check, the engine and the docs.

``queues`` and ``visits`` are completed by what a site and a flow have (their fields are not known
here); what is none now and then (``call.answered``, ``handoff.agent``) is optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ivrkit.expressions.types import Type

_TEXT: Final = Type("text", optional=True)
_NUMBER: Final = Type("number", optional=True)
_DURATION: Final = Type("duration", optional=True)
_DATETIME: Final = Type("datetime", optional=True)


def _choice(*words: str) -> Type:
    return Type("choice", options=words, optional=True)


def _record(**fields: Type) -> Type:
    return Type("record", fields=fields)


ENDED: Final = ("caller", "flow", "agent", "transfer", "error", "limit", "lost", "fell_back")
"""How a call may end (``call.ended``)."""

QUEUE: Final = _record(waiting=_NUMBER, ready=_NUMBER, staffed=_NUMBER, wait=_DURATION)
"""``queues.<name>``."""

ALWAYS: Final[Mapping[str, Type]] = {
    "call": Type(
        "record",
        fields={
            "id": _TEXT,
            "from": _TEXT,
            "to": _TEXT,
            "answered": _DATETIME,
            "started": _DATETIME,
            "ended": _choice(*ENDED),
            "path": _TEXT,
        },
    ),
    "input": _record(
        keys=Type("digits", optional=True),
        rest=Type("digits", optional=True),
        by=_choice("key", "speech"),
        label=_TEXT,
        item=Type("any", optional=True),
        said=_TEXT,
        confidence=_NUMBER,
        reason=_choice("unknown", "too_short", "too_long", "unsure", "check"),
        exit=_TEXT,
    ),
    "attempt": Type("number"),
    "visit": Type("number"),
    "visits": Type("record"),
    "language": Type("text"),
    "now": Type("datetime"),
    "today": Type("date"),
    "queues": Type("record"),
    "handoff": _record(agent=_TEXT, talk_time=_DURATION, wait=_DURATION, result=_TEXT),
    "hours": _record(opens=_DATETIME, closes=_DATETIME, reason=_TEXT),
    "error": _record(code=_TEXT, message=_TEXT, step=_TEXT, place=_TEXT),
}
"""The names that no flow can declare."""

TAKEN: Final = frozenset({*ALWAYS, "loop"})
"""The same with the names that only hold in some branches."""


def secret_input() -> Type:
    """``input`` behind a question whose answer is secret."""
    fields = dict(ALWAYS["input"].fields)
    for name in ("keys", "rest", "said"):
        fields[name] = fields[name].with_secret()
    return replace(ALWAYS["input"], fields=fields)
