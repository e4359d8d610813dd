"""OpenTelemetry: a trace per call with a span per step, made of trace events and of nothing else.

What stands in a span are names of the configuration and of flow files; neither the caller nor a
value of a call. The SDK is an extra (``ivrkit[otel]``): nothing here imports it before it is
switched on. ``spans.py`` makes spans, ``exporting.py`` sends them, ``identity.py`` derives their
ids from the call's, so that an engine that takes a call up goes on with the same trace.
"""

from ivrkit.service.telemetry.settings import TelemetrySettings

__all__ = ["TelemetrySettings"]
