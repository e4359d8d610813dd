"""What the API asks of the engine that runs here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypedDict

from ivrkit.call.events import TraceEvent


class LiveCall(TypedDict):
    """A call in progress. ``path`` is the step at which it is now; ``answered`` is None before."""

    id: str
    flow: str
    version: str
    caller: str
    number: str
    started: datetime
    answered: datetime | None
    path: str
    tenant: str


class FlowInService(TypedDict):
    """A flow that new calls get, and how many calls are in this version of it."""

    name: str
    version: str
    title: str
    calls: int


Listener = Callable[[str, TraceEvent], None]


class LiveCalls(Protocol):
    """The calls in progress."""

    def live(self) -> Mapping[str, LiveCall]:
        """All of them, by id."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear every trace event with its call's id from now on; the answer ends it."""

    async def hang_up(self, call_id: str) -> bool:
        """Hang up; False when there is no such call (any more)."""

    def flows(self) -> Sequence[FlowInService]:
        """The versions in service."""

    def problems(self) -> Sequence[str]:
        """What is wrong with this engine now (Asterisk away, store failing); empty: nothing."""
