"""The loop that carries the calls: how late it is."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Histogram

from ivrkit.service.lateness import Lateness
from ivrkit.service.metrics.labels import MOMENTS
from ivrkit.service.metrics.subject import Subject


class Loop(Subject):
    """Figures of the engine's own time."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._delay = Histogram(
            "ivrkit_loop_delay_seconds",
            "How late the loop that carries the calls was, measured 20 times a second.",
            buckets=MOMENTS,
            registry=registry,
        )

    def watch(self, lateness: Lateness) -> None:
        """Count each measurement."""
        lateness.observe(self._delay.observe)
