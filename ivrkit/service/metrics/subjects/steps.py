"""Steps: how often each verb was left by which exit, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry

from ivrkit.call.events import Entered, Failed, Left, TraceEvent
from ivrkit.service.metrics.labels import MOST_FLOWS, MOST_STEPS, OTHER, Few
from ivrkit.service.metrics.subject import Handler, Seen, Subject
from ivrkit.service.metrics.tallies import Count, Counter, Histogram, Spread

_SECONDS = (0.005, 0.05, 0.5, 1, 2, 5, 10, 30, 60, 300)
_MOST_CODES = 100


class Steps(Subject):
    """Figures of steps. ``exit`` is what stands in the flow file, without what is chosen there:
    ``keys`` for every key of a menu, ``cases`` for every case of a switch."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._flow = Few(MOST_FLOWS)
        self._code = Few(_MOST_CODES)
        self._left = Counter(
            "ivrkit_steps",
            "Steps that were left, by flow, verb and exit (next is the usual one; a way inside the "
            "step counts by its kind: keys, cases, then).",
            ("flow", "verb", "exit"),
            registry=registry,
        )
        self._seconds = Histogram(
            "ivrkit_step_seconds",
            "How long steps took.",
            ("verb",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._failures = Counter(
            "ivrkit_step_errors",
            "Steps that failed, by flow and code of the error.",
            ("flow", "code"),
            registry=registry,
        )
        self._bound: dict[tuple[str, str, str], tuple[Count, Spread]] = {}

    def handlers(self) -> Mapping[type[TraceEvent], Handler]:
        return {Entered: self._entered, Left: self._has_left, Failed: self._failed}

    def _entered(self, seen: Seen, event: Entered) -> None:
        seen.steps.append((event.path, event.verb))

    def _has_left(self, seen: Seen, event: Left) -> None:
        verb = _verb(seen, event.path)
        key = (event.flow, verb, event.exit)
        bound = self._bound.get(key)
        if bound is None:
            bound = self._bind(key)
        bound[0].inc()
        bound[1].observe(event.seconds)

    def _bind(self, key: tuple[str, str, str]) -> tuple[Count, Spread]:
        """The children that count this from now on."""
        flow, verb, exit_ = key
        if len(self._bound) >= MOST_STEPS:
            key, flow, exit_ = (OTHER, verb, OTHER), OTHER, OTHER
        bound = self._bound.get(key)
        if bound is None:
            labels = (self._flow(flow), verb, exit_.partition("/")[0])
            bound = self._bound[key] = (self._left[labels], self._seconds[verb])
        return bound

    def _failed(self, seen: Seen, event: Failed) -> None:
        self._failures[seen.flow, self._code(event.code)].inc()


def _verb(seen: Seen, path: str) -> str:
    """The verb of the step that is left; steps that others ran beside go with it."""
    steps = seen.steps
    while steps:
        entered, verb = steps.pop()
        if entered == path:
            return verb
    return OTHER
