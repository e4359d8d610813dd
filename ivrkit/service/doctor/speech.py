"""Whether callers can be understood: each recogniser is really loaded, in a process of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import Finding, fail, ok, warning
from ivrkit.speech.endpointing import detector_problem
from ivrkit.speech.recogniser import RecogniserSettings
from ivrkit.speech.trying import tried


async def examine_speech(configuration: Configuration) -> AsyncIterator[Finding]:
    """One finding for each language; none where callers answer by keys alone."""
    recognisers = configuration.speech.recognisers
    problem = detector_problem() if recognisers else ""
    if problem:
        yield fail("speech", problem, "install it: without it nobody is listened to")
    for language, settings in recognisers.items():
        yield await _tried(f"speech {language}", language, settings)


async def _tried(name: str, language: str, settings: RecogniserSettings) -> Finding:
    found = await tried(language, settings)
    if found.problem:
        see = f"see speech: recognisers: {language}: in ivrkit.yaml"
        return fail(name, found.problem, f"callers go on with keys meanwhile; {see}")
    loaded = f"{settings.engine}, loaded in {found.seconds:.1f} s, {found.megabytes:.0f} MB"
    if found.advice:
        return warning(name, loaded, found.advice)
    return ok(name, loaded)
