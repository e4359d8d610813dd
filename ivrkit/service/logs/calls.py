"""Calls in the log: when they arrive, are handed off, fail and end; made of the trace."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from ivrkit.call.events import (
    Arrived,
    Ended,
    Entered,
    Failed,
    HandedOff,
    HearingLost,
    Interruption,
    Left,
    Resumed,
    TraceEvent,
)

LOG = logging.getLogger("ivrkit.calls")


def _step(event: Failed) -> str:
    return f"step failed: code={event.code} step={event.path} place={event.place}"


TOLD: Final[dict[type[TraceEvent], Callable[[Any], str]]] = {
    Arrived: lambda event: f"arrived: flow={event.flow} number={event.number}",
    Resumed: lambda event: f"taken up: flow={event.flow} step={event.path}",
    HandedOff: lambda event: f"hand-off: {event.state} queue={event.queue} {event.result}".rstrip(),
    HearingLost: lambda event: f"not listened to any more: {event.reason}",
    Interruption: lambda event: "the connection to Asterisk was away",
    Failed: _step,
    Ended: lambda event: f"ended: {event.ended} after {event.at:.1f} s",
}
"""What is told at info level. The caller's number is not among it, nor what a flow made of it."""
STEPS: Final[dict[type[TraceEvent], Callable[[Any], str]]] = {
    Entered: lambda event: f"enters {event.path} ({event.verb})",
    Left: lambda event: f"leaves {event.path} by {event.exit.partition('/')[0]}",
}
"""What is told at debug level."""


def log_event(call_id: str, event: TraceEvent) -> None:
    """Log a trace event. Its line carries the call's id also where it did not come from the call's
    own task."""
    tell = TOLD.get(event.__class__)
    if tell is not None:
        LOG.info("%s", tell(event), extra={"call": call_id})
        return
    tell = STEPS.get(event.__class__)
    if tell is not None and LOG.isEnabledFor(logging.DEBUG):
        LOG.debug("%s", tell(event), extra={"call": call_id})
