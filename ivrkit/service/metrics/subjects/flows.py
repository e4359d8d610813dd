"""Flows: how many are in service, and how many are refused."""

from __future__ import annotations

from collections.abc import Callable, Sized

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily

from ivrkit.service.metrics.subject import Look, Subject


class Flows(Subject):
    """Figures of flow files. Their names are none of them: one with errors may have any."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def watch(self, serving: Callable[[], Sized], refused: Callable[[], Sized]) -> None:
        """Tell with every look how many there are."""

        def fill(family: GaugeMetricFamily) -> None:
            family.add_metric(["serving"], len(serving()))
            family.add_metric(["refused"], len(refused()))

        self._registry.register(Look(_families, fill))


def _families() -> tuple[GaugeMetricFamily, ...]:
    text = "Flows in service, and files that were refused when they were last read."
    return (GaugeMetricFamily("ivrkit_flows", text, labels=("state",)),)
