"""Labels and buckets: what keeps the number of series bounded."""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar

from prometheus_client import Counter, Histogram

MetricT = TypeVar("MetricT", Counter, Histogram)
OTHER: Final = "other"
"""The label of what comes on top of what is told apart."""
MOST_FLOWS: Final = 200
"""Flows that are told apart, in the life of a process (files come and go while it runs)."""
MOST_STEPS: Final = 5_000
"""Combinations of flow, verb and exit that are told apart."""
MOST_QUEUES: Final = 200
"""Queues that are told apart."""
SECONDS: Final = (0.001, 0.005, 0.025, 0.1, 0.5, 1, 2, 5, 10, 30)
"""Buckets for what a machine takes."""
PATIENCE: Final = (0.5, 1, 2, 3, 5, 8, 13, 30, 60)
"""Buckets for what a caller takes in a question."""
WAITS: Final = (5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600)
"""Buckets for calls, queues and agents."""
MOMENTS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
"""Buckets for delays of the engine itself."""


class Few:
    """Lets the first ``most`` different values through; any other becomes ``other``."""

    __slots__ = ("_known", "_most")

    def __init__(self, most: int) -> None:
        self._known: set[str] = set()
        self._most = most

    def __call__(self, value: str) -> str:
        """The value, as a label has it."""
        if value in self._known:
            return value
        if len(self._known) >= self._most:
            return OTHER
        self._known.add(value)
        return value


def one_of(known: frozenset[str], value: str) -> str:
    """The value where it is one of those that are known, else ``other``."""
    return value if value in known else OTHER


class Children(dict[Any, MetricT], Generic[MetricT]):
    """A figure by its labels: asked for once, then at hand. ``figure["bank", "next"].inc()``; one
    label stands alone."""

    def __init__(self, figure: MetricT) -> None:
        super().__init__()
        self._figure: MetricT = figure

    def __missing__(self, labels: str | tuple[str, ...]) -> MetricT:
        told = (labels,) if isinstance(labels, str) else labels
        child: MetricT = self._figure.labels(*told)
        self[labels] = child
        return child
