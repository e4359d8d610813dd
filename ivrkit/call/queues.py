"""Queues of agents: the port that the ``queue`` step asks, in terms of a ticket.

A caller who is handed to a queue holds a **ticket**: it is entered, an agent is called, an agent
is connected, and it is left. Nothing here speaks of a channel, so that Asterisk's own ``Queue()``
and a queue of another make are the same to a flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from ivrkit.call.call import Call


class QueueExit(StrEnum):
    """How a ticket was left. These are the exits of the ``queue`` step."""

    ANSWERED = "answered"
    """An agent was there and has hung up; the caller is back."""
    TIMEOUT = "timeout"
    FULL = "full"
    """As many callers as may wait are waiting already."""
    UNSTAFFED = "unstaffed"
    """Nobody works in this queue now, on entering or while waiting."""
    WITHDRAWN = "withdrawn"
    """Somebody has taken the caller out of the queue."""
    FAILED = "failed"
    """There is no such queue."""


class TicketState(StrEnum):
    """How far a ticket is. ``called`` and ``entered`` may alternate while agents do not answer."""

    ENTERED = "entered"
    CALLED = "called"
    CONNECTED = "connected"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class QueueRequest:
    """What the ``queue`` step asks for.

    ``name`` is the name in the flow. ``timeout`` is the time in the queue in seconds, None for no
    limit. ``priority``: a larger number is served first. ``payload`` is plain data (JSON), with
    optional fields that are ``none`` left out. ``path`` is the way the caller took, for the
    agent. ``ticket`` names this entry of the step and is the same after a restart of the engine
    (``<call>.<entry>``): by it a resumed step tells its own result from that of an earlier queue.
    """

    name: str
    ticket: str
    timeout: float | None = None
    priority: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    flow: str = ""
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueResult:
    """What came of a request: what ``handoff.agent``, ``handoff.talk_time`` … hold afterwards.

    ``agent`` is the interface that answered (``PJSIP/1001``), empty if none did; ``talk_time``
    and ``wait`` are seconds; ``result`` is what the agent's side said about the call (a
    disposition), empty if it said nothing. ``handoff`` is the id of the payload's document.
    """

    exit: QueueExit
    agent: str = ""
    talk_time: float = 0.0
    wait: float = 0.0
    result: str = ""
    handoff: str = ""


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """A queue now: what ``queues.<name>`` holds.

    ``waiting`` callers, ``ready`` agents (free this moment), ``staffed`` agents (signed in),
    ``wait`` the expected waiting time in seconds.
    """

    waiting: int = 0
    ready: int = 0
    staffed: int = 0
    wait: float = 0.0


class Queues(Protocol):
    """Hands calls to agents. Implemented by the room ``handoff``."""

    async def hand_off(self, call: Call, request: QueueRequest, *, resumed: bool) -> QueueResult:
        """Put the call into a queue and wait until it is left, answered or not.

        ``resumed`` says that another engine process may have begun it: then the ticket is taken
        up where it is. Interrupts (hang-up, limits) pass through. Raises HandoffError when the
        payload cannot be handed over and CarrierError when the carrier refuses.
        """

    async def figures(self, name: str) -> QueueFigures:
        """The queue's live figures, at most a second old. Raises HandoffError for a name that
        the configuration does not know."""
