"""Systems outside: how often they are asked, how long they take, how they fare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily

from ivrkit.connectors.connector import Connector
from ivrkit.connectors.guard import Fare
from ivrkit.service.metrics.labels import SECONDS
from ivrkit.service.metrics.subject import BREAKER, STATES, Look, Subject


class Connectors(Subject):
    """Figures of connectors, by their name in the configuration."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._requests = Counter(
            "ivrkit_connector_requests",
            "Requests to a connector, by the exit they ended with (next is success).",
            ("connector", "exit"),
            registry=registry,
        )
        self._seconds = Histogram(
            "ivrkit_connector_seconds",
            "How long requests to a connector took.",
            ("connector",),
            buckets=SECONDS,
            registry=registry,
        )

    def asked(self, connector: Connector[Any], outcome: str, seconds: float) -> None:
        """A connector was asked."""
        name = f"{connector.kind}.{connector.name}"
        self._requests.labels(name, outcome).inc()
        self._seconds.labels(name).observe(seconds)

    def watch(self, fares: Callable[[], Sequence[Fare]]) -> None:
        """Tell with every look how connectors fare then."""

        def fill(*families: GaugeMetricFamily) -> None:
            state, busy, waiting, unsent = families
            for fare in fares():
                state.add_metric([fare.name], STATES[fare.state])
                busy.add_metric([fare.name], fare.busy)
                waiting.add_metric([fare.name], fare.waiting)
                unsent.add_metric([fare.name], fare.unsent)

        self._registry.register(Look(_families, fill))


def _families() -> tuple[GaugeMetricFamily, ...]:
    def gauge(name: str, text: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"ivrkit_connector_{name}", text, labels=("connector",))

    return (
        gauge("breaker", BREAKER),
        gauge("busy", "Requests under way."),
        gauge("waiting", "Requests that wait for their turn."),
        gauge("unsent", "Messages in the outbox."),
    )
