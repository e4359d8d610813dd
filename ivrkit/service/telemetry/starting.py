"""Switching telemetry on: the one place that is imported without the extra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivrkit.errors import ConfigurationError
from ivrkit.service.telemetry.settings import TelemetrySettings

if TYPE_CHECKING:
    from ivrkit.service.telemetry.exporting import Telemetry


def make_telemetry(settings: TelemetrySettings) -> Telemetry | None:
    """The spans of a site; None where they are not wanted. Raises ConfigurationError when the
    extra is not installed."""
    if settings.endpoint is None:
        return None
    try:
        from ivrkit.service.telemetry.exporting import Telemetry
    except ImportError as error:
        raise ConfigurationError(
            "telemetry: OpenTelemetry is not installed",
            hint="pip install 'ivrkit[otel]', or take the endpoint out",
        ) from error
    return Telemetry(settings)
