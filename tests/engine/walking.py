"""Whether a trace is a walk over the exits of a flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ivrkit.call.events import Arrived, Ended, Entered, Left, Resumed, TraceEvent
from ivrkit.call.step import Node
from ivrkit.flow.model import FlowVersion

OF_EVERY_STEP: Final = frozenset(
    {"next", "else", "error", "timeout", "hangup", "interrupted", "meanwhile", "run"}
)
"""Exits that need no target: ``else`` is that of an ``if`` without one."""


def node_at(version: FlowVersion, flow: str, position: str) -> Node:
    """The step at a position of a flow."""
    path, _, index = position.rpartition("/")
    return version.steps(flow, path).nodes[int(index)]


def complaints(version: FlowVersion, events: Sequence[TraceEvent]) -> Iterator[str]:
    """What is wrong in the trace of one call; nothing in a walk. An engine that takes the call up
    begins with the step in which it stands."""
    inside: list[str] = []
    ended = False
    for event in events:
        if isinstance(event, Arrived | Resumed):
            inside, ended = [], False
        elif ended:
            yield f"{event} behind the end"
        elif isinstance(event, Entered):
            node = node_at(version, event.flow, event.path)
            if node.step.verb != event.verb:
                yield f"{event.path} is no {event.verb}"
            inside.append(event.path)
        elif isinstance(event, Left):
            if not inside or inside.pop() != event.path:
                yield f"{event.path} is left and was not entered last"
            node = node_at(version, event.flow, event.path)
            exits = OF_EVERY_STEP | {each.name for each in node.outcomes()} | set(node.targets)
            if event.exit not in exits:
                yield f"{event.path} ({node.step.verb}) has no {event.exit}"
        elif isinstance(event, Ended):
            ended = True
    if not ended:
        yield "it does not end"
