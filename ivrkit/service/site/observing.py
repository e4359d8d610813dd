"""Those who look on: the figures, the log of calls, the spans."""

from __future__ import annotations

from logging import DEBUG, INFO
from time import monotonic
from typing import TYPE_CHECKING

from ivrkit.call.events import Said
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.engine.engine import Engine
from ivrkit.service.flows import FlowService
from ivrkit.service.lateness import Lateness
from ivrkit.service.logs.calls import LOG, STEPS, TOLD, log_event
from ivrkit.service.logs.unplayed import Unplayed
from ivrkit.service.metrics import Metrics
from ivrkit.service.telemetry.settings import TelemetrySettings
from ivrkit.service.telemetry.starting import make_telemetry
from ivrkit.store import Store

if TYPE_CHECKING:
    from ivrkit.service.telemetry.exporting import Telemetry


def count(
    metrics: Metrics,
    *,
    engine: Engine,
    store: Store,
    carrier: AriCarrier,
    flows: FlowService,
    lateness: Lateness,
) -> None:
    """Let the figures be told of all that happens, and look at how things are."""
    engine.subscribe(metrics.heard, metrics.kinds)
    metrics.calls.watch(lambda: engine.admission.refused)
    metrics.loop.watch(lateness)
    metrics.store.watch(store)
    store.observer.committed = metrics.store.committed
    metrics.asterisk.watch(lambda: carrier.client.is_connected)
    carrier.client.observe = metrics.asterisk.answered
    metrics.flows.watch(flows.versions, lambda: flows.refused)


def log_calls(engine: Engine) -> None:
    """Tell the log of calls, as far as anybody wants to know, and always of prompts that nobody
    has heard."""
    wanted = [*STEPS, *TOLD] if LOG.isEnabledFor(DEBUG) else TOLD if LOG.isEnabledFor(INFO) else ()
    engine.subscribe(log_event, wanted)
    engine.subscribe(Unplayed(monotonic).heard, [Said])


def trace(engine: Engine, metrics: Metrics, settings: TelemetrySettings) -> Telemetry | None:
    """Make spans of calls, where they are wanted. Raises ConfigurationError."""
    telemetry = make_telemetry(settings)
    metrics.spans.watch(None if telemetry is None else telemetry.counted)
    if telemetry is not None:
        engine.subscribe(telemetry.spans.heard, telemetry.spans.kinds)
    return telemetry
