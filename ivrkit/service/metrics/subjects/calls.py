"""Calls: how many, how long, how they ended, and how many the flow served alone."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from ivrkit.call.events import Arrived, Ended, HandedOff, Resumed, TraceEvent
from ivrkit.service.metrics.labels import MOST_FLOWS, WAITS, Few, one_of
from ivrkit.service.metrics.subject import Handler, Look, Seen, Subject
from ivrkit.service.metrics.tallies import Counter, Histogram

RESULTS: Final = frozenset(
    {"caller", "flow", "agent", "transfer", "error", "limit", "lost", "fell_back"}
)
"""How a call can end; see :class:`ivrkit.call.events.Ended`."""
ALONE: Final = frozenset({"caller", "flow"})
"""Ends of a call that nobody else was needed for."""


class Calls(Subject):
    """Figures of calls, by the flow in which they began. ``seen`` are those in progress."""

    def __init__(self, registry: CollectorRegistry, seen: Callable[[], Iterable[Seen]]) -> None:
        self._registry = registry
        self._seen = seen
        self._flow = Few(MOST_FLOWS)
        self._begun = Counter(
            "ivrkit_calls_begun",
            "Calls that have arrived.",
            ("flow",),
            registry=registry,
        )
        self._ended = Counter(
            "ivrkit_calls",
            "Calls that are over, by how they ended: caller (hung up), flow (it ended), agent "
            "(the call ended with one), transfer, error, limit (the longest time), lost (gone "
            "while the engine was away), fell_back (the dialplan has it).",
            ("flow", "result"),
            registry=registry,
        )
        self._contained = Counter(
            "ivrkit_calls_contained",
            "Calls that ended by the caller or the flow without having been handed to anybody.",
            ("flow",),
            registry=registry,
        )
        self._seconds = Histogram(
            "ivrkit_call_seconds",
            "How long calls were with the engine, from their arrival on.",
            ("flow",),
            buckets=WAITS,
            registry=registry,
        )
        registry.register(Look(_in_progress, self._fill))

    def handlers(self) -> Mapping[type[TraceEvent], Handler]:
        return {
            Arrived: self._arrived,
            Resumed: self._resumed,
            HandedOff: self._handed_off,
            Ended: self._over,
        }

    def watch(self, refused: Callable[[], Mapping[str, int]]) -> None:
        """Tell with every look how many calls were refused, by the reason."""

        def fill(family: CounterMetricFamily) -> None:
            for reason, count in refused().items():
                family.add_metric([reason], count)

        self._registry.register(Look(_refused, fill))

    def _arrived(self, seen: Seen, event: Arrived) -> None:
        seen.flow = self._flow(event.flow)
        self._begun[seen.flow].inc()

    def _resumed(self, seen: Seen, event: Resumed) -> None:
        seen.flow = self._flow(event.flow)

    def _handed_off(self, seen: Seen, event: HandedOff) -> None:
        seen.handed_over = True

    def _over(self, seen: Seen, event: Ended) -> None:
        self._ended[seen.flow, one_of(RESULTS, event.ended)].inc()
        self._seconds[seen.flow].observe(event.at)
        if event.ended in ALONE and not seen.handed_over:
            self._contained[seen.flow].inc()

    def _fill(self, family: GaugeMetricFamily) -> None:
        for flow, count in Count(seen.flow for seen in self._seen()).items():
            family.add_metric([flow], count)


def _in_progress() -> tuple[GaugeMetricFamily, ...]:
    text = "Calls in progress, those in queues and with agents among them."
    return (GaugeMetricFamily("ivrkit_calls_in_progress", text, labels=("flow",)),)


def _refused() -> tuple[CounterMetricFamily, ...]:
    text = "Calls that were sent back into the dialplan or rejected before they began."
    return (CounterMetricFamily("ivrkit_calls_refused", text, labels=("reason",)),)
