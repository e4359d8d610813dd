"""The process: memory, processor, open files, garbage, and which build it is."""

from __future__ import annotations

import platform

from prometheus_client import CollectorRegistry, Gauge, GCCollector, ProcessCollector

from ivrkit import __version__
from ivrkit.service.metrics.subject import Subject


class Process(Subject):
    """Prometheus' own figures of a process, and the build."""

    def __init__(self, registry: CollectorRegistry) -> None:
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)
        build = Gauge(
            "ivrkit_build_info",
            "Always 1: which ivrkit this is, and which Python runs it.",
            ("version", "python"),
            registry=registry,
        )
        build.labels(__version__, platform.python_version()).set(1)
