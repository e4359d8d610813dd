"""Spans of calls, made of trace events."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context

from ivrkit.call.events import (
    Arrived,
    Asked,
    EarOpened,
    Ended,
    Entered,
    Failed,
    HandedOff,
    HearingLost,
    Interrupted,
    Interruption,
    KeyLost,
    Left,
    Listening,
    Milestone,
    Outlasted,
    Pressed,
    Recognised,
    Recorded,
    Resumed,
    Said,
    TraceEvent,
)
from ivrkit.call.tracing import TRACEPARENT
from ivrkit.expressions.secrets import MASK
from ivrkit.service.telemetry.identity import CallIds, hashed_caller

LOG = logging.getLogger(__name__)

_NANO: Final = 1_000_000_000
_BAD_ENDS: Final = frozenset({"error", "lost"})
_BAD_EXITS: Final = frozenset({"error", "unknown", "failed"})
Attributes: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class _Traced:
    """A call in progress: its span, those of the steps it stands in, and where it is else."""

    span: Span
    arrived: int
    steps: list[tuple[str, Span]] = field(default_factory=list)
    elsewhere: Span | None = None
    heard_from: float | None = None

    @property
    def here(self) -> Span:
        """The innermost span."""
        return self.steps[-1][1] if self.steps else self.span

    def at(self, seconds: float) -> int:
        """A moment of the call as OpenTelemetry writes it."""
        return self.arrived + int(seconds * _NANO)


Handler = Callable[["Spans", _Traced, Any], None]


class Spans:
    """What :meth:`ivrkit.engine.engine.Engine.subscribe` calls.

    ``kinds`` are the kinds of the verbs. With ``caller_key`` the caller is told as a hash. ``now``
    is the time of day in nanoseconds.
    """

    def __init__(
        self,
        provider: TracerProvider,
        ids: CallIds,
        *,
        kinds: Mapping[str, str],
        caller_key: str = "",
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        self._tracer = provider.get_tracer("ivrkit")
        self._ids = ids
        self._kinds = kinds
        self._caller_key = caller_key
        self._now = now
        self._calls: dict[str, _Traced] = {}

    @property
    def kinds(self) -> Collection[type[TraceEvent]]:
        """The kinds of events of which spans are made."""
        return HANDLERS.keys()

    def heard(self, call_id: str, event: TraceEvent) -> None:
        """Make of an event what it is in a span."""
        handler = HANDLERS.get(event.__class__)
        if handler is None:
            return
        try:
            call = self._calls.get(call_id)
            if call is None or isinstance(event, Resumed):
                call = self._calls[call_id] = self._begin(call_id, event)
            handler(self, call, event)
            if isinstance(event, Ended):
                del self._calls[call_id]
        except Exception:  # whatever is wrong with a span, the call goes on
            LOG.exception("a span could not be made")

    def _begin(self, call_id: str, event: TraceEvent) -> _Traced:
        """The span of a call, as it would have been begun when the call arrived."""
        arrived = self._now() - int(event.at * _NANO)
        facts: Attributes = {"ivrkit.call": call_id}
        if isinstance(event, Arrived | Resumed):
            facts |= {
                "ivrkit.flow": event.flow,
                "ivrkit.version": event.version,
                "ivrkit.number": event.number,
            }
        if isinstance(event, Arrived) and self._caller_key and event.caller:
            facts["ivrkit.caller_hash"] = hashed_caller(event.caller, self._caller_key)
        self._ids.next_is(call_id)
        span = self._tracer.start_span(
            "call", Context(), SpanKind.SERVER, attributes=facts, start_time=arrived
        )
        return _Traced(span, arrived)

    def _child(
        self, call: _Traced, name: str, begun: float, kind: SpanKind, facts: Attributes
    ) -> Span:
        return self._tracer.start_span(
            name,
            set_span_in_context(call.here, Context()),
            kind,
            attributes=_named(facts),
            start_time=call.at(begun),
        )

    # ---- the call ------------------------------------------------------------------------------

    def arrived(self, call: _Traced, event: Arrived) -> None:
        """The span has been begun."""

    def resumed(self, call: _Traced, event: Resumed) -> None:
        """The same trace goes on: the steps of the former engine are in it already."""
        self._note(call, "resumed", event, {"step": event.path})

    def ended(self, call: _Traced, event: Ended) -> None:
        """The last event of a call."""
        for _, span in reversed(call.steps):
            span.end(call.at(event.at))
        call.steps.clear()
        self._back(call, event.at)
        call.span.set_attribute("ivrkit.result", event.ended)
        if event.ended in _BAD_ENDS:
            call.span.set_status(Status(StatusCode.ERROR, event.ended))
        call.span.end(call.at(event.at))

    # ---- steps ---------------------------------------------------------------------------------

    def entered(self, call: _Traced, event: Entered) -> None:
        """A step begins; what is asked on its behalf is its child."""
        facts = {
            "verb": event.verb,
            "path": event.path,
            "flow": event.flow,
            "kind": self._kinds.get(event.verb, ""),
            "how": event.how,
            "line": event.line,
        }
        span = self._child(call, event.verb, event.at, SpanKind.INTERNAL, facts)
        call.steps.append((event.path, span))
        _stands_at(span)

    def left(self, call: _Traced, event: Left) -> None:
        """A step ends, and with it whatever ran beside it."""
        while call.steps:
            path, span = call.steps.pop()
            if path == event.path:
                span.set_attribute("ivrkit.exit", event.exit.partition("/")[0])
                if event.exit in _BAD_EXITS:
                    span.set_status(Status(StatusCode.ERROR, event.exit))
            span.end(call.at(event.at))
            if path == event.path:
                break
        call.heard_from = None
        _stands_at(call.here)

    def failed(self, call: _Traced, event: Failed) -> None:
        """Without its message, which may quote a value."""
        self._note(
            call, "error", event, {"code": event.code, "path": event.path, "place": event.place}
        )

    # ---- what lasts ----------------------------------------------------------------------------

    def asked(self, call: _Traced, event: Asked) -> None:
        """A system outside was asked."""
        facts = {
            "connector": event.connector,
            "operation": event.operation[:200],
            "exit": event.exit,
        }
        begun = event.at - event.seconds
        span = self._child(call, event.connector, begun, SpanKind.CLIENT, facts)
        if event.error:
            span.set_status(Status(StatusCode.ERROR, event.exit))
        span.end(call.at(event.at))

    def said(self, call: _Traced, event: Said) -> None:
        """A prompt was played."""
        begun = event.at - event.seconds
        facts = {"end": event.end, "language": event.language, "fallback": event.fallback}
        span = self._child(call, "prompt", begun, SpanKind.INTERNAL, facts)
        span.end(call.at(event.at))

    def ear_opened(self, call: _Traced, event: EarOpened) -> None:
        """It is listened from now on."""
        call.heard_from = event.at

    def recognised(self, call: _Traced, event: Recognised) -> None:
        """Something was said: from the opening of the ear, or from what was said before."""
        begun = event.at if call.heard_from is None else call.heard_from
        call.heard_from = event.at
        facts = {
            "result": event.result,
            "reason": event.reason,
            "confidence": event.confidence,
        }
        span = self._child(call, "recognition", begun, SpanKind.INTERNAL, facts)
        span.end(call.at(event.at))

    def handed_off(self, call: _Traced, event: HandedOff) -> None:
        """In a queue, then with an agent, then back."""
        if event.state in ("queued", "connected"):
            self._back(call, event.at)
            name = "queue wait" if event.state == "queued" else "agent"
            facts = {"queue": event.queue}
            call.elsewhere = self._child(call, name, event.at, SpanKind.PRODUCER, facts)
        elif event.state == "back":
            self._back(call, event.at, event.result)
        else:
            self._note(call, event.state, event, {"queue": event.queue})

    def _back(self, call: _Traced, at: float, result: str = "") -> None:
        span, call.elsewhere = call.elsewhere, None
        if span is not None:
            if result:
                span.set_attribute("ivrkit.result", result)
            span.end(call.at(at))

    # ---- what happens in between ---------------------------------------------------------------

    def pressed(self, call: _Traced, event: Pressed) -> None:
        """How many keys, never which; of secret ones not even that."""
        facts: Attributes = {"result": event.result, "reason": event.reason}
        if event.keys != MASK:
            facts["count"] = len(event.keys)
        self._note(call, "keys", event, facts)

    def listening(self, call: _Traced, event: Listening) -> None:
        """The question waits for its answer."""
        self._note(call, "listening", event)

    def interrupted(self, call: _Traced, event: Interrupted) -> None:
        """Something has broken in."""
        self._note(call, "interrupt", event, {"by": event.by, "to": event.to})

    def gap(self, call: _Traced, event: Interruption) -> None:
        """The connection to Asterisk was away."""
        self._note(call, "gap", event)

    def key_lost(self, call: _Traced, event: KeyLost) -> None:
        """Keys that nobody could take."""
        self._note(call, "keys lost", event)

    def hearing_lost(self, call: _Traced, event: HearingLost) -> None:
        """Nothing is understood any more."""
        self._note(call, "hearing lost", event)

    def milestone(self, call: _Traced, event: Milestone) -> None:
        """Its name, not its values."""
        self._note(call, "milestone", event, {"name": event.name})

    def recorded(self, call: _Traced, event: Recorded) -> None:
        """A recording is over."""
        self._note(call, "recorded", event, {"by": event.by, "seconds": event.seconds})

    def outlasted(self, call: _Traced, event: Outlasted) -> None:
        """A write that went on when its step had ended."""
        self._note(call, "outlasted", event, {"path": event.path, "end": event.end})

    def _note(
        self, call: _Traced, name: str, event: TraceEvent, facts: Attributes | None = None
    ) -> None:
        call.here.add_event(name, _named(facts or {}), timestamp=call.at(event.at))


HANDLERS: Final[dict[type[TraceEvent], Handler]] = {
    Arrived: Spans.arrived,
    Resumed: Spans.resumed,
    Ended: Spans.ended,
    Entered: Spans.entered,
    Left: Spans.left,
    Failed: Spans.failed,
    Asked: Spans.asked,
    Said: Spans.said,
    EarOpened: Spans.ear_opened,
    Recognised: Spans.recognised,
    HandedOff: Spans.handed_off,
    Pressed: Spans.pressed,
    Listening: Spans.listening,
    Interrupted: Spans.interrupted,
    Interruption: Spans.gap,
    KeyLost: Spans.key_lost,
    HearingLost: Spans.hearing_lost,
    Milestone: Spans.milestone,
    Recorded: Spans.recorded,
    Outlasted: Spans.outlasted,
}
"""What each event becomes; the others (variables, texts) stand in no span."""


def _named(facts: Attributes) -> Attributes:
    return {f"ivrkit.{name}": value for name, value in facts.items() if value not in ("", None)}


def _stands_at(span: Span) -> None:
    """What the call's task asks for from now on is a child of this span."""
    context = span.get_span_context()
    parent = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
    TRACEPARENT.set(parent)
