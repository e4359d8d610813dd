"""Examines the engine that runs here, if one does."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ivrkit.errors import ConfigurationError
from ivrkit.service.client import ApiClient, EngineAway, EngineLate
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import Finding, ok, warning

SEE = (
    "`ivrkit drain --cancel` if it is drained and should not be; else docs/operations.md says what "
    "to do, under: When something is wrong"
)


async def examine_engine(configuration: Configuration) -> AsyncIterator[Finding]:
    """Whether it takes calls, and why not: it is drained, full, late, or something is away."""
    try:
        async with ApiClient(configuration) as client:
            reasons = await client.unready()
    except (EngineAway, EngineLate, ConfigurationError):
        return  # none has to run while a site is examined; what is wrong with it is told elsewhere
    if not reasons:
        yield ok("engine", "the one that runs takes calls")
    for reason in reasons:
        yield warning("engine", reason, SEE)
