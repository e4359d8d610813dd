"""The figures for Prometheus, from the subjects that make them."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from docs.generator.markdown import code, table
from ivrkit.service.metrics import Metrics
from ivrkit.store.writer import Statistics

OTHERS = ("process_", "python_")
"""Begin the names of figures that Prometheus' own library makes."""


def figures() -> str:
    """Name as it is asked for, kind, labels and what it counts."""
    rows = (
        (code(name), kind, ", ".join(map(code, labels)), text)
        for name, kind, labels, text in sorted(_figures())
    )
    return table(("figure", "kind", "labels", "what it tells"), rows)


def _figures() -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    for collector in _watched().registry._collector_to_names:
        describe: Any = getattr(collector, "describe", None)
        for family in () if describe is None else describe():
            if family.name.startswith(OTHERS):
                continue
            labels = getattr(family, "_labelnames", ()) or getattr(collector, "_labelnames", ())
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield name, family.type, tuple(labels), family.documentation


def _watched() -> Metrics:
    """All of them, also those that a site gives something to look at."""
    metrics, nothing = Metrics(), SimpleNamespace()
    metrics.watch(list)
    metrics.voices(list)
    metrics.hear(nothing)  # type: ignore[arg-type]
    metrics.calls.watch(dict)
    metrics.store.watch(SimpleNamespace(statistics=Statistics(), waiting=0))
    metrics.asterisk.watch(lambda: True)
    metrics.flows.watch(list, list)
    metrics.spans.watch(None)
    return metrics
