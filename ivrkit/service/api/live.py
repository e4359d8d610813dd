"""What the API asks of the engine that runs here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypedDict

from ivrkit.call.events import TraceEvent
from ivrkit.service.api.asking import Moment
from ivrkit.service.draining import Draining
from ivrkit.service.flows import Reload


class LiveCall(TypedDict):
    """A call in progress. ``path`` is the step at which it is now; ``answered`` is None before."""

    id: str
    flow: str
    version: str
    caller: str
    number: str
    started: Moment
    answered: Moment | None
    path: str
    tenant: str


class FlowInService(TypedDict):
    """A version of a flow, and how many calls are in it.

    ``state`` is ``serving`` (new calls get it), ``ending`` (calls that began in it end in it), or
    ``refused``: the file has errors, which ``problem`` tells; ``version`` is then empty. ``since``
    is when this engine took it into service.
    """

    name: str
    version: str
    title: str
    calls: int
    state: str
    since: Moment | None
    problem: str


class ConnectorState(TypedDict):
    """How a system outside fares.

    ``name`` is ``database.crm``. ``state`` is that of its circuit breaker: ``closed`` (requests
    pass), ``open`` (none does for ``rests`` more seconds) or ``trying`` (one decides). ``busy``
    requests are under way, ``waiting`` ones wait for their turn; ``asked`` and ``failed`` count
    since the engine started; ``last_error`` is without secrets. ``troubles`` are what is wrong
    besides requests that fail, a line each: messages that wait for long.
    """

    name: str
    state: str
    rests: float
    busy: int
    waiting: int
    asked: int
    failed: int
    last_error: str
    troubles: Sequence[str]


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
        """The versions in service, those that calls are still in, and the files that are refused,
        by name."""

    def connectors(self) -> Sequence[ConnectorState]:
        """The systems outside, and how they fare."""

    def metrics(self) -> bytes:
        """All figures, in Prometheus' text format."""

    def unready(self) -> Sequence[str]:
        """Why no new calls should be sent to this engine now: what is wrong with it (Asterisk
        away, store failing), that it begins or ends, that it is full; empty: nothing."""


class Leftovers(Protocol):
    """What an engine that runs has of callers outside its store."""

    async def recordings(self, calls: Sequence[str]) -> list[str]:
        """The names of the sound files of these calls that Asterisk has. Raises CarrierError."""

    async def erase_recording(self, name: str) -> None:
        """Erase one of them. Raises CarrierError."""

    def forget_spoken(self) -> None:
        """Erase the sounds made of calls' data, whoever they were made for."""


class Control(Protocol):
    """What may be done to the engine itself."""

    @property
    def draining(self) -> Draining:
        """How it is emptied."""

    @property
    def leftovers(self) -> Leftovers:
        """What it has of callers outside its store."""

    async def renew(self) -> int:
        """Take tokens, limits and certificates as the configuration says them now; the answer is
        how many tokens there are. Raises ConfigurationError; then nothing has changed."""

    async def reload(self) -> Reload:
        """Look at flows, phrases and recordings again."""

    def rotate_local_token(self) -> None:
        """Replace the token of this machine's own tools. Raises ConfigurationError."""
