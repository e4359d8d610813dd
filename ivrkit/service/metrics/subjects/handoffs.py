"""Hand-offs: queues, how long callers wait in them, how long agents talk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

from ivrkit.call.events import Ended, HandedOff, TraceEvent
from ivrkit.call.queues import QueueExit
from ivrkit.service.metrics.labels import MOST_QUEUES, WAITS, Children, Few, one_of
from ivrkit.service.metrics.subject import Handler, Seen, Subject

RESULTS: Final = frozenset(each.value for each in QueueExit) | {"abandoned"}


class HandOffs(Subject):
    """Figures of queues, by their name in the configuration."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._queue = Few(MOST_QUEUES)
        self._entered = Children(
            Counter(
                "ivrkit_handoffs_begun",
                "Calls that were handed to a queue.",
                ("queue",),
                registry=registry,
            )
        )
        self._over = Children(
            Counter(
                "ivrkit_handoffs",
                "Hand-offs that are over: answered, abandoned (the caller hung up in the queue), "
                "timeout, full, unstaffed, withdrawn, failed.",
                ("queue", "result"),
                registry=registry,
            )
        )
        self._missed = Children(
            Counter(
                "ivrkit_agent_misses",
                "Agents that were called and did not answer.",
                ("queue",),
                registry=registry,
            )
        )
        self._wait = Children(
            Histogram(
                "ivrkit_queue_wait_seconds",
                "How long callers waited in a queue, whatever came of it.",
                ("queue",),
                buckets=WAITS,
                registry=registry,
            )
        )
        self._talk = Children(
            Histogram(
                "ivrkit_talk_seconds",
                "How long agents talked with callers.",
                ("queue",),
                buckets=WAITS,
                registry=registry,
            )
        )

    def handlers(self) -> Mapping[type[TraceEvent], Handler]:
        return {HandedOff: self._handed_off, Ended: self._ended}

    def _handed_off(self, seen: Seen, event: HandedOff) -> None:
        queue = self._queue(event.queue)
        if event.state == "queued":
            seen.queue, seen.queued, seen.connected = queue, event.at, None
            self._entered[queue].inc()
        elif event.state == "connected":
            seen.queue = queue  # after a restart nobody has seen it enter
            self._waited(seen, event.at)
            seen.connected = event.at
        elif event.state == "not_answered":
            self._missed[queue].inc()
        elif event.state == "back":
            seen.queue = queue
            self._leave(seen, one_of(RESULTS, event.result), event.at)

    def _ended(self, seen: Seen, event: Ended) -> None:
        if seen.queue:
            self._leave(seen, "abandoned" if seen.connected is None else "answered", event.at)

    def _leave(self, seen: Seen, result: str, at: float) -> None:
        self._over[seen.queue, result].inc()
        self._waited(seen, at)
        if seen.connected is not None:
            self._talk[seen.queue].observe(at - seen.connected)
        seen.queue, seen.connected = "", None

    def _waited(self, seen: Seen, at: float) -> None:
        """The waiting is over, if it was seen to begin."""
        if seen.queued is not None:
            self._wait[seen.queue].observe(at - seen.queued)
            seen.queued = None
