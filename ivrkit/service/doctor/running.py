"""The whole examination, in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from ivrkit.errors import CarrierError, ConfigurationError
from ivrkit.service.configuration import load_configuration
from ivrkit.service.doctor.asterisk import Examination, unreachable
from ivrkit.service.doctor.connectors import examine_connectors
from ivrkit.service.doctor.engine import examine_engine
from ivrkit.service.doctor.findings import Finding, fail, ok
from ivrkit.service.doctor.here import examine_site
from ivrkit.service.doctor.listening import examine_listening
from ivrkit.service.doctor.media import examine_media
from ivrkit.service.doctor.probe import Probe
from ivrkit.service.doctor.round_trip import examine_round_trip


async def examine(config: Path | None) -> AsyncIterator[Finding]:
    """Everything. One thing that is broken hides nothing that can be examined without it."""
    try:
        configuration = load_configuration(config)
    except ConfigurationError as error:
        yield fail("configuration", error.message, error.hint or "correct the configuration there")
        return
    yield ok("configuration", f"read; calls come as {configuration.asterisk.application}")
    async for finding in examine_site(configuration):
        yield finding
    async for finding in examine_engine(configuration):
        yield finding
    async for finding in examine_connectors(configuration):
        yield finding
    probe = Probe(configuration.asterisk)
    try:
        await probe.start()
    except CarrierError as error:
        for finding in unreachable(error):
            yield finding
        return
    try:
        yield ok("asterisk", f"reached at {configuration.asterisk.url}")
        async for finding in Examination(configuration, probe).findings():
            yield finding
        yield await examine_media(configuration, probe)
        yield await examine_listening(configuration.asterisk, probe)
        yield await examine_round_trip(configuration, probe)
    except CarrierError as error:
        for finding in unreachable(error):
            yield finding
    finally:
        await probe.stop()
