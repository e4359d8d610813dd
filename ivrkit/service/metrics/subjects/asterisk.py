"""Asterisk: whether it is there, and how it answers."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily

from ivrkit.service.metrics.labels import MOMENTS
from ivrkit.service.metrics.subject import Look, Subject
from ivrkit.service.metrics.tallies import Counter, Histogram


class Asterisk(Subject):
    """Figures of ARI."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._requests = Counter(
            "ivrkit_asterisk_requests",
            "Requests to Asterisk, by how they ended: ok, gone (404: the channel has hung up), "
            "refused, late (no answer in time), lost (the connection broke), away (there is "
            "none).",
            ("result",),
            registry=registry,
        )
        self._seconds = Histogram(
            "ivrkit_asterisk_request_seconds",
            "How long Asterisk took to answer.",
            buckets=MOMENTS,
            registry=registry,
        )[()]

    def answered(self, result: str, seconds: float) -> None:
        """A request was answered, or was not."""
        self._requests[result].inc()
        if result in ("ok", "gone", "refused"):
            self._seconds.observe(seconds)

    def watch(self, connected: Callable[[], bool]) -> None:
        """Tell with every look whether events flow."""

        def fill(family: GaugeMetricFamily) -> None:
            family.add_metric([], float(connected()))

        self._registry.register(Look(_families, fill))


def _families() -> tuple[GaugeMetricFamily, ...]:
    text = "1 while the connection to Asterisk is up, else 0."
    return (GaugeMetricFamily("ivrkit_asterisk_connected", text),)
