"""Spans for OpenTelemetry: what became of them."""

from __future__ import annotations

from typing import Protocol

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from ivrkit.service.metrics.subject import Look, Subject


class Sent(Protocol):
    """What became of the spans so far."""

    sent: int
    failed: int
    dropped: int

    @property
    def waiting(self) -> int: ...


class Exported(Subject):
    """Figures of spans, where there are any."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def watch(self, counted: Sent | None) -> None:
        """Tell with every look what became of them."""

        def fill(waiting: GaugeMetricFamily, over: CounterMetricFamily) -> None:
            waiting.add_metric([], 0 if counted is None else counted.waiting)
            if counted is not None:
                over.add_metric(["sent"], counted.sent)
                over.add_metric(["failed"], counted.failed)
                over.add_metric(["dropped"], counted.dropped)

        self._registry.register(Look(_families, fill))


def _families() -> tuple[GaugeMetricFamily | CounterMetricFamily, ...]:
    return (
        GaugeMetricFamily("ivrkit_spans_waiting", "Spans that wait for the collector."),
        CounterMetricFamily(
            "ivrkit_spans",
            "Spans by what became of them: sent, failed (the collector did not take them), dropped "
            "(too many were waiting).",
            labels=("result",),
        ),
    )
