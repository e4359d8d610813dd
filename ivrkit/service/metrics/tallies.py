"""Counters and histograms for what happens in every call.

prometheus_client guards each of its values with a lock, and looks over all buckets; with a dozen
figures per step that is a tenth of what a call costs. These are counted on the calls' loop alone,
and become the library's figures when somebody looks.
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector


class Count:
    """How often something has happened."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0

    def inc(self) -> None:
        """It has happened once more."""
        self.value += 1


class Spread:
    """How often something took how long: ``counts`` are those up to each bound, the last one those
    above all."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, amount: float) -> None:
        """It took so long once more."""
        self.total += amount
        self.counts[bisect_left(self.bounds, amount)] += 1


TallyT = TypeVar("TallyT", Count, Spread)


class Tallies(Collector, Generic[TallyT]):
    """A figure by its labels: ``figure["bank", "next"].inc()``; one label stands alone."""

    def __init__(
        self, name: str, text: str, labels: Sequence[str] = (), *, registry: CollectorRegistry
    ) -> None:
        self._name = name
        self._text = text
        self._labels = tuple(labels)
        self._tallies: dict[str | tuple[str, ...], TallyT] = {}
        registry.register(self)

    def __getitem__(self, labels: str | tuple[str, ...]) -> TallyT:
        found = self._tallies.get(labels)
        if found is None:
            found = self._tallies[labels] = self._new()
        return found

    def describe(self) -> Iterable[Metric]:
        return self._family([])

    def collect(self) -> Iterable[Metric]:
        tallies = list(self._tallies.items())
        return self._family(
            [((told,) if isinstance(told, str) else told, each) for told, each in tallies]
        )

    @abstractmethod
    def _new(self) -> TallyT:
        """One at its beginning."""

    @abstractmethod
    def _family(self, tallies: Iterable[tuple[Sequence[str], TallyT]]) -> Iterable[Metric]:
        """The library's figure."""


class Counter(Tallies[Count]):
    """Counts."""

    def _new(self) -> Count:
        return Count()

    def _family(self, tallies: Iterable[tuple[Sequence[str], Count]]) -> Iterable[Metric]:
        family = CounterMetricFamily(self._name, self._text, labels=self._labels)
        for labels, tally in tallies:
            family.add_metric(labels, tally.value)
        return (family,)


class Histogram(Tallies[Spread]):
    """Counts by size; ``buckets`` are the upper bounds."""

    def __init__(
        self,
        name: str,
        text: str,
        labels: Sequence[str] = (),
        *,
        buckets: Sequence[float],
        registry: CollectorRegistry,
    ) -> None:
        self._bounds = tuple(map(float, buckets))
        super().__init__(name, text, labels, registry=registry)

    def _new(self) -> Spread:
        return Spread(self._bounds)

    def _family(self, tallies: Iterable[tuple[Sequence[str], Spread]]) -> Iterable[Metric]:
        family = HistogramMetricFamily(self._name, self._text, labels=self._labels)
        for labels, tally in tallies:
            below, buckets = 0, []
            for bound, count in zip((*self._bounds, "+Inf"), tally.counts, strict=True):
                below += count
                buckets.append((str(bound), below))
            family.add_metric(labels, buckets, tally.total)
        return (family,)
