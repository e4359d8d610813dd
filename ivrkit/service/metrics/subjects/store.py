"""The store: how late its commits are, what waits for them, what was lost."""

from __future__ import annotations

from typing import Protocol

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from ivrkit.service.metrics.labels import MOMENTS
from ivrkit.service.metrics.subject import Look, Subject


class Written(Protocol):
    """What a store has done since it was opened."""

    commits: int
    captures: int
    failures: int
    dropped: int


class Watched(Protocol):
    """What is asked of a store."""

    @property
    def statistics(self) -> Written: ...

    @property
    def waiting(self) -> int: ...


class Storing(Subject):
    """Figures of the store."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._delay = Histogram(
            "ivrkit_store_delay_seconds",
            "From the moment in which something was handed to the store to its commit.",
            buckets=MOMENTS,
            registry=registry,
        )

    def committed(self, seconds: float) -> None:
        """A commit was made, so long after the oldest entry of it was handed over."""
        self._delay.observe(seconds)

    def watch(self, store: Watched) -> None:
        """Tell with every look what the store has done."""

        def fill(
            waiting: GaugeMetricFamily,
            captures: CounterMetricFamily,
            failures: CounterMetricFamily,
            dropped: CounterMetricFamily,
        ) -> None:
            done = store.statistics
            waiting.add_metric([], store.waiting)
            captures.add_metric([], done.captures)
            failures.add_metric([], done.failures)
            dropped.add_metric([], done.dropped)

        self._registry.register(Look(_families, fill))


def _families() -> tuple[GaugeMetricFamily | CounterMetricFamily, ...]:
    return (
        GaugeMetricFamily("ivrkit_store_waiting", "Entries that wait to be written."),
        CounterMetricFamily("ivrkit_store_captures", "Captures of calls that were committed."),
        CounterMetricFamily("ivrkit_store_failures", "Commits that failed."),
        CounterMetricFamily("ivrkit_store_dropped", "Entries that could never be written."),
    )
