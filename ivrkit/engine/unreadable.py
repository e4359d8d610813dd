"""A call of which nothing is known any more but where it is: what was saved of it cannot be read.

It is taken up at the beginning of its flow, and goes to ``on_error`` from there at once. No step is
run: one that may not be done twice may have been done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from ivrkit.call.clock import Clock
from ivrkit.engine.session import flow_frame
from ivrkit.engine.state import Frame, SessionState
from ivrkit.engine.values import Seals
from ivrkit.errors import IvrkitError, StoreError
from ivrkit.flow.model import Flow, FlowVersion

LONGEST_SECONDS = 3600.0
"""How long such a call may take, where its flow does not say it."""
MAIN = "main"


class Origin(Protocol):
    """What the store keeps beside a capture."""

    @property
    def flow(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def channel(self) -> str: ...

    @property
    def caller(self) -> str: ...

    @property
    def number(self) -> str: ...

    @property
    def started(self) -> datetime | None: ...

    @property
    def tenant(self) -> str: ...


Origins = Callable[[str], Awaitable[Origin | None]]
"""What is kept beside the capture of a call, if anything is. Raises StoreError."""


async def unknown(call_id: str) -> None:
    """Nothing is kept beside captures."""


def check_fits(state: SessionState, version: FlowVersion) -> None:
    """Whether the call can stand where its capture says. Raises StoreError."""
    try:
        datetime.fromisoformat(state.arrived)
        for depth, frame in enumerate(state.frames, 1):
            steps = len(version.steps(frame.flow, frame.path).nodes)
            if not 0 <= frame.index <= steps - (depth < len(state.frames)):
                raise IndexError(frame.index)
    except (LookupError, ValueError) as error:
        raise StoreError("a captured call does not fit its flow") from error


def rebuilt(
    call_id: str, origin: Origin, version: FlowVersion, clock: Clock, seals: Seals
) -> SessionState:
    """A call that will go to ``on_error`` as soon as it goes on."""
    flow, now = version.flow, clock.now()
    longest = LONGEST_SECONDS if flow.max_call is None else flow.max_call.total_seconds()
    return SessionState(
        call=call_id,
        channel=origin.channel,
        flow=origin.flow,
        version=origin.version,
        caller=origin.caller,
        number=origin.number,
        arrived=(origin.started or now).isoformat(),
        started=clock.time(),
        frames=[_frame(flow, seals)],
        language=flow.language,
        answered=True,  # else it could not be spoken to; to answer twice harms nobody
        answered_at=now.isoformat(),
        limit=clock.time(),
        unreadable=longest,
        tenant=origin.tenant,
    )


def _frame(flow: Flow, seals: Seals) -> Frame:
    try:
        return flow_frame(flow, MAIN, {}, seals)
    except IvrkitError:  # a value that was given to it is missing: whoever reads it is told
        return Frame("flow", flow.name, MAIN, variables={})
