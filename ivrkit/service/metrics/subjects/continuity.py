"""What calls outlived: restarts of the engine, gaps in the connection to Asterisk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter

from ivrkit.call.events import Interrupted, Interruption, Outlasted, Resumed, TraceEvent
from ivrkit.service.metrics.labels import Children, one_of
from ivrkit.service.metrics.subject import Handler, Seen, Subject

INTERRUPTS: Final = frozenset({"hangup", "key", "shortcut", "limit", "timeout"})


class Continuity(Subject):
    """Figures of restarts, gaps and interrupts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._resumed = Counter(
            "ivrkit_calls_resumed",
            "Calls of an earlier engine that this one has taken up.",
            registry=registry,
        )
        self._gaps = Counter(
            "ivrkit_call_gaps",
            "Calls for which the connection to Asterisk was away for a while.",
            registry=registry,
        )
        self._interrupts = Children(
            Counter(
                "ivrkit_interrupts",
                "What broke into steps: hangup, key, shortcut, limit, timeout.",
                ("by",),
                registry=registry,
            )
        )
        self._outlasted = Children(
            Counter(
                "ivrkit_writes_outlasted",
                "Writes that were still under way when their step ended: finished, or cancelled "
                "after their longest time.",
                ("end",),
                registry=registry,
            )
        )

    def handlers(self) -> Mapping[type[TraceEvent], Handler]:
        return {
            Resumed: lambda seen, event: self._resumed.inc(),
            Interruption: lambda seen, event: self._gaps.inc(),
            Interrupted: self._interrupted,
            Outlasted: self._has_outlasted,
        }

    def _interrupted(self, seen: Seen, event: Interrupted) -> None:
        self._interrupts[one_of(INTERRUPTS, event.by)].inc()

    def _has_outlasted(self, seen: Seen, event: Outlasted) -> None:
        self._outlasted[event.end].inc()
