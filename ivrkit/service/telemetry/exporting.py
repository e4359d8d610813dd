"""Sending spans to a collector, apart from the calls: batches, a bounded queue, drops counted."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from ivrkit import __version__
from ivrkit.service.registries import verbs
from ivrkit.service.telemetry.identity import CallIds
from ivrkit.service.telemetry.settings import TelemetrySettings
from ivrkit.service.telemetry.spans import Spans

LOG = logging.getLogger(__name__)

_BATCH: Final = 512
_DELAY_MILLISECONDS: Final = 2_000
FAREWELL: Final = 3.0
"""Seconds that spans get to be sent when the engine stops."""


@dataclass(slots=True)
class Sent:
    """What became of the spans so far."""

    ended: int = 0
    sent: int = 0
    failed: int = 0
    dropped: int = 0
    taken: int = 0
    """Given to the exporter, whatever came of it."""

    @property
    def waiting(self) -> int:
        """Those that have not been given to the exporter yet."""
        return self.ended - self.dropped - self.taken

    @property
    def unsent(self) -> int:
        """Those of which nothing has become yet."""
        return self.ended - self.dropped - self.sent - self.failed


class _Counting(SpanExporter):
    """Counts what an exporter does. It runs on the thread of the batches alone."""

    def __init__(self, exporter: SpanExporter, counted: Sent) -> None:
        self._exporter = exporter
        self._counted = counted
        self._fails = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._counted.taken += len(spans)
        result = SpanExportResult.FAILURE
        try:
            result = self._exporter.export(spans)
        finally:
            if result is SpanExportResult.SUCCESS:
                self._counted.sent += len(spans)
            else:
                self._counted.failed += len(spans)
            self._tell(result is not SpanExportResult.SUCCESS)
        return result

    def _tell(self, fails: bool) -> None:
        """Once when the collector begins to fail, and once when it takes spans again."""
        if fails and not self._fails:
            LOG.warning("the collector does not take spans: those that it misses are lost")
        elif self._fails and not fails:
            LOG.warning("the collector takes spans again")
        self._fails = fails

    def shutdown(self) -> None:
        self._exporter.shutdown()


class _Bounded(SpanProcessor):
    """Lets no more spans wait than may: the newest are dropped, and counted."""

    def __init__(self, exporter: SpanExporter, most: int, counted: Sent) -> None:
        self._most = most
        self._counted = counted
        self._batches = BatchSpanProcessor(
            _Counting(exporter, counted),
            max_queue_size=most + _BATCH,
            schedule_delay_millis=_DELAY_MILLISECONDS,
            max_export_batch_size=_BATCH,
        )

    def on_end(self, span: ReadableSpan) -> None:
        if not (span.context and span.context.trace_flags.sampled):
            return
        counted = self._counted
        if counted.waiting >= self._most:
            counted.dropped += 1
            if counted.dropped == 1:
                LOG.warning("the collector of spans does not keep up: spans are dropped")
            counted.ended += 1
            return
        counted.ended += 1
        self._batches.on_end(span)

    def shutdown(self) -> None:
        self._batches.shutdown()  # type: ignore[no-untyped-call]

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self._batches.force_flush(timeout_millis)


class Telemetry:
    """The spans of a site, and where they go. ``exporter`` takes them instead of the collector
    that the settings name."""

    def __init__(self, settings: TelemetrySettings, exporter: SpanExporter | None = None) -> None:
        self.counted = Sent()
        ids = CallIds()
        resource = Resource.create(
            {
                "service.name": settings.service,
                "service.version": __version__,
                "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
            }
        )
        self._provider = TracerProvider(
            # By the trace's id, which is the call's: after a restart the answer is the same.
            sampler=ParentBased(TraceIdRatioBased(settings.sample)),
            resource=resource,
            id_generator=ids,
            shutdown_on_exit=False,
        )
        to = exporter or _to_collector(settings)
        self._provider.add_span_processor(_Bounded(to, settings.spans, self.counted))
        key = settings.caller_key
        self.spans = Spans(
            self._provider,
            ids,
            kinds={verb: step.kind.value for verb, step in verbs().items()},
            caller_key="" if key is None else key.get_secret_value(),
        )

    async def stop(self) -> None:
        """Send what waits, for a moment; a collector that hangs keeps nobody."""
        shutdown: Callable[[], None] = self._provider.shutdown
        done = threading.Thread(target=shutdown, name="ivrkit-spans", daemon=True)
        done.start()
        await asyncio.to_thread(done.join, FAREWELL)
        if done.is_alive():
            LOG.warning("%d spans were not sent before the end", self.counted.unsent)


def _to_collector(settings: TelemetrySettings) -> SpanExporter:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    # It tells of every attempt; here it is told once that the collector fails.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    return OTLPSpanExporter(
        endpoint=settings.endpoint,
        headers={name: text.get_secret_value() for name, text in settings.headers.items()},
        timeout=settings.timeout.total_seconds(),
    )
