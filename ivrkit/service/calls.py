"""The calls in progress, as the API and the records see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from ivrkit.call.events import HandedOff, TraceEvent
from ivrkit.connectors.service import ConnectorService
from ivrkit.engine.engine import Engine
from ivrkit.engine.state import SessionState
from ivrkit.errors import IvrkitError
from ivrkit.service.api.live import ConnectorState, FlowInService, Listener, LiveCall
from ivrkit.service.flows import FlowService
from ivrkit.service.metrics import Metrics
from ivrkit.store import CallRecord, Store

STATES = ("serving", "refused", "ending")
"""What a version of a flow is, in the order in which they are listed."""


class EngineCalls:
    """What the API shows of a running engine; see :class:`~ivrkit.service.api.live.LiveCalls`."""

    def __init__(
        self,
        engine: Engine,
        flows: FlowService,
        connectors: ConnectorService,
        figures: Metrics,
        unready: Callable[[], Sequence[str]],
    ) -> None:
        self._engine = engine
        self._flows = flows
        self._connectors = connectors
        self._figures = figures
        self._unready = unready

    def live(self) -> Mapping[str, LiveCall]:
        """The calls in progress, by id."""
        return {call_id: _shown(each.state) for call_id, each in self._engine.live().items()}

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear every trace event from now on."""
        return self._engine.subscribe(listener)

    async def hang_up(self, call_id: str) -> bool:
        """Hang up; False when there is no such call."""
        runner = self._engine.live().get(call_id)
        if runner is None:
            return False
        try:
            await runner.call.channel.hang_up()
        except IvrkitError:
            return False
        return True

    def connectors(self) -> Sequence[ConnectorState]:
        """How the systems outside fare."""
        return [
            ConnectorState(
                name=fare.name,
                state=fare.state.value,
                rests=round(fare.rests, 1),
                busy=fare.busy,
                waiting=fare.waiting,
                asked=fare.asked,
                failed=fare.failed,
                last_error=fare.last_error,
                troubles=fare.troubles,
            )
            for fare in self._connectors.fares()
        ]

    def metrics(self) -> bytes:
        """All figures, in Prometheus' text format."""
        return self._figures.exposition()

    def flows(self) -> Sequence[FlowInService]:
        """The versions in service or with calls in them, and what is refused, by name."""
        calls: Counter[str] = Counter()
        versions = {version.hash: version for version in self._flows.versions()}
        serving = set(versions)
        for runner in self._engine.live().values():
            version = runner.stack.version
            calls[version.hash] += 1
            versions.setdefault(version.hash, version)
        found = [
            FlowInService(
                name=version.name,
                version=version.hash,
                title=version.flow.title,
                calls=calls[version.hash],
                state="serving" if version.hash in serving else "ending",
                since=self._flows.since(version.hash),
                problem="",
            )
            for version in versions.values()
        ]
        found += [
            FlowInService(
                name=name,
                version="",
                title="",
                calls=0,
                state="refused",
                since=None,
                problem=problem,
            )
            for name, problem in self._flows.refused.items()
        ]
        return sorted(found, key=lambda each: (each["name"], STATES.index(each["state"])))

    def unready(self) -> Sequence[str]:
        """Why no new calls should be sent to this engine now."""
        return self._unready()


class Records:
    """Writes one record per call: when it arrives, when it is handed off, and when it is over. A
    field that is left empty keeps what was written before."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def opened(self, state: SessionState) -> None:
        """A call has arrived."""
        self._store.put_record(_record(state))

    def closed(self, state: SessionState) -> None:
        """A call is over."""
        self._store.put_record(_record(state, ended_at=self._now()))
        self._store.messages.call_over(state.call)

    def heard(self, call_id: str, event: TraceEvent) -> None:
        """A trace event: of hand-offs the last one is kept in the record."""
        if isinstance(event, HandedOff) and event.state == "queued":
            self._store.put_record(
                CallRecord(
                    id=call_id,
                    flow="",
                    version="",
                    caller="",
                    number="",
                    started=self._now(),
                    queue=event.queue,
                    handoff=event.handoff,
                )
            )


def _record(state: SessionState, ended_at: datetime | None = None) -> CallRecord:
    return CallRecord(
        id=state.call,
        flow=state.flow,
        version=state.version,
        caller=state.caller,
        number=state.number,
        started=datetime.fromisoformat(state.arrived),
        answered=_answered(state),
        ended_at=ended_at,
        ended=state.ended,
        path=" > ".join(state.path),
        tenant=state.tenant,
    )


def _answered(state: SessionState) -> datetime | None:
    return datetime.fromisoformat(state.answered_at) if state.answered_at else None


def _shown(state: SessionState) -> LiveCall:
    frame = state.frames[-1] if state.frames else None
    return LiveCall(
        id=state.call,
        flow=state.flow,
        version=state.version,
        caller=state.caller,
        number=state.number,
        started=datetime.fromisoformat(state.arrived),
        answered=_answered(state),
        path=frame.position if frame is not None else "",
        tenant=state.tenant,
    )
