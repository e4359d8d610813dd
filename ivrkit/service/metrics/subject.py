"""What a subject is: figures about one thing, some of them made of trace events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ivrkit.call.events import TraceEvent
from ivrkit.workers.breaker import BreakerState

STATES: Final = {BreakerState.CLOSED: 0.0, BreakerState.TRYING: 1.0, BreakerState.OPEN: 2.0}
BREAKER: Final = "Its circuit breaker: 0 closed, 1 the next request tries, 2 open."


class Seen:
    """What is remembered of a call in progress: one for all subjects."""

    __slots__ = ("connected", "flow", "handed_over", "listening", "queue", "queued", "steps")

    def __init__(self) -> None:
        self.flow = ""
        """The flow in which it began."""
        self.steps: list[tuple[str, str]] = []
        """The steps that it stands in, outermost first: path and verb."""
        self.listening: float | None = None
        """When the question began to wait for the caller."""
        self.queue = ""
        """The queue in which it is, or with whose agent."""
        self.queued: float | None = None
        self.connected: float | None = None
        self.handed_over = False
        """Whether it was given to a queue, an agent, or somebody else."""


Handler = Callable[[Seen, Any], None]
"""Counts what a trace event tells of a call."""


class Subject:
    """Base of all subjects."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register the figures."""

    def handlers(self) -> Mapping[type[TraceEvent], Handler]:
        """The events that it counts, by their type."""
        return {}


class Look(Collector):
    """Figures that are looked at when somebody asks: ``families`` makes them anew each time, and
    ``fill`` puts the values in."""

    def __init__(
        self,
        families: Callable[[], tuple[Any, ...]],
        fill: Callable[..., None],
    ) -> None:
        self._families = families
        self._fill = fill

    def describe(self) -> Iterable[Metric]:
        return self._families()

    def collect(self) -> Iterator[Metric]:
        families = self._families()
        self._fill(*families)
        yield from families
