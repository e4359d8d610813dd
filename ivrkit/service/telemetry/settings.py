"""The section ``telemetry`` of ``ivrkit.yaml``."""

from datetime import timedelta

from pydantic import Field, SecretStr

from ivrkit.call.settings import Duration, Section


class TelemetrySettings(Section):
    """Spans for OpenTelemetry (`pip install 'ivrkit[otel]'`); off without an ``endpoint``.

    ``endpoint`` is the collector's address for spans over OTLP/HTTP, with its path:
    `http://127.0.0.1:4318/v1/traces`. ``headers`` go with every request (a token, from the
    environment). ``sample`` is the share of the calls that are traced: 1 is all of them.
    ``service`` is what this engine is called there. With ``caller_key`` spans carry the caller's
    number as a hash under this key, so that calls of one caller are found; without it, not even
    that. ``spans`` is how many may wait for the collector: what comes on top is dropped and
    counted. ``timeout`` is how long one request to it may take.
    """

    endpoint: str | None = Field(default=None, pattern=r"^https?://\S+$")
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    sample: float = Field(default=1.0, ge=0, le=1)
    service: str = Field(default="ivrkit", min_length=1)
    caller_key: SecretStr | None = None
    spans: int = Field(default=10_000, ge=512)
    timeout: Duration = timedelta(seconds=10)
