"""Sending spans: to a collector that listens, to one that hangs, to none."""

from __future__ import annotations

import gzip
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from ivrkit.call.events import Arrived, Ended, Entered, Left, TraceEvent
from ivrkit.errors import ConfigurationError
from ivrkit.service.telemetry import TelemetrySettings
from ivrkit.service.telemetry.exporting import Telemetry
from ivrkit.service.telemetry.identity import trace_id
from ivrkit.service.telemetry.starting import make_telemetry

CALL: tuple[TraceEvent, ...] = (
    Arrived(caller="+493055501234", number="800", flow="main", version="v"),
    Entered(path="main/0", verb="say", flow="main"),
    Left(path="main/0", exit="next", flow="main"),
    Ended(ended="flow"),
)


def settings(endpoint: str = "http://127.0.0.1:9/v1/traces", **more: object) -> TelemetrySettings:
    return TelemetrySettings.model_validate({"endpoint": endpoint, **more})


def tell(telemetry: Telemetry, call: str = "c1") -> None:
    for event in CALL:
        telemetry.spans.heard(call, event)


@asynccontextmanager
async def collector() -> AsyncIterator[tuple[str, list[tuple[web.Request, bytes]]]]:
    """A collector that takes everything."""
    taken: list[tuple[web.Request, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append((request, await request.read()))
        return web.Response(body=b"", content_type="application/x-protobuf")

    application = web.Application()
    application.router.add_post("/v1/traces", take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1/traces", taken
    finally:
        await runner.cleanup()


async def test_a_collector_gets_what_otlp_says() -> None:
    async with collector() as (url, taken):
        telemetry = make_telemetry(settings(url, headers={"x-token": "t-1"}, service="hotline"))
        assert telemetry is not None
        tell(telemetry)
        await telemetry.stop()
    ((request, body),) = taken
    assert request.headers["content-type"] == "application/x-protobuf"
    assert request.headers["x-token"] == "t-1"
    if request.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    (sent,) = ExportTraceServiceRequest.FromString(body).resource_spans
    service = {each.key: each.value.string_value for each in sent.resource.attributes}
    assert service["service.name"] == "hotline"
    (scope,) = sent.scope_spans
    assert {span.name for span in scope.spans} == {"call", "say"}
    assert {span.trace_id for span in scope.spans} == {trace_id("c1").to_bytes(16, "big")}
    assert b"+493055501234" not in body
    assert (telemetry.counted.sent, telemetry.counted.dropped) == (2, 0)


class Hanging(SpanExporter):
    """A collector that never answers."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.let_go.wait(60)
        return SpanExportResult.FAILURE


async def test_a_collector_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivrkit.service.telemetry.exporting.FAREWELL", 0.05)
    hanging = Hanging()
    telemetry = Telemetry(settings(spans=512), hanging)
    for number in range(1000):
        tell(telemetry, f"c{number}")
    counted = telemetry.counted
    assert counted.ended == 2000
    assert counted.waiting <= 512
    assert counted.dropped >= 2000 - 2 * 512 - 512  # a batch may be on its way
    assert counted.sent == 0
    await telemetry.stop()
    hanging.let_go.set()


class Refusing(InMemorySpanExporter):
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return SpanExportResult.FAILURE


async def test_what_is_refused_is_counted_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    telemetry = Telemetry(settings(), Refusing())
    tell(telemetry)
    await telemetry.stop()
    assert caplog.text.count("does not take spans") == 1
    assert telemetry.counted.unsent == 0
    assert (telemetry.counted.failed, telemetry.counted.sent) == (2, 0)
    assert telemetry.counted.waiting == 0


async def test_calls_that_are_not_sampled_are_not_sent() -> None:
    kept = InMemorySpanExporter()
    telemetry = Telemetry(settings(sample=0), kept)
    tell(telemetry)
    await telemetry.stop()
    assert kept.get_finished_spans() == ()
    assert telemetry.counted.ended == 0


def test_without_an_endpoint_there_is_nothing() -> None:
    assert make_telemetry(TelemetrySettings()) is None


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ivrkit.service.telemetry.exporting", None)
    with pytest.raises(ConfigurationError) as failed:
        make_telemetry(settings())
    assert "ivrkit[otel]" in failed.value.hint
