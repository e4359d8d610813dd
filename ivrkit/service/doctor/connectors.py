"""The systems outside: whether each can be reached from here, and how it fares in the engine that
runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from ivrkit.connectors.connector import ConnectorSettings, Place
from ivrkit.connectors.service import ConnectorService
from ivrkit.errors import IvrkitError
from ivrkit.service.client import ApiClient
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import Finding, fail, ok, warning

PROBE_SECONDS = 10.0
"""How long one system may take to answer."""


async def examine_connectors(configuration: Configuration) -> AsyncIterator[Finding]:
    """Ask each for a sign of life, all at once; nothing is changed by it."""
    probes = [
        _probed(configuration.place, kind, name, settings)
        for kind, named in configuration.connectors.by_kind().items()
        for name, settings in named.items()
    ]
    for finding in await asyncio.gather(*probes):
        yield finding


async def _probed(place: Place, kind: str, name: str, settings: ConnectorSettings) -> Finding:
    title = f"{kind}.{name}"
    try:
        service = ConnectorService({kind: {name: settings}}, place)
    except IvrkitError as error:
        return fail(title, error.message, error.hint or f"see connectors: {kind}: {name}")
    connector = service.guard(kind, name).connector
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await service.start()
            return ok(title, await connector.probe())
    except TimeoutError:
        return fail(
            title,
            f"no answer within {PROBE_SECONDS:g} s",
            f"is it running, and reachable from here? see connectors: {kind}: {name}",
        )
    except IvrkitError as error:
        clean = connector.cleaned(error)
        return fail(title, clean.message, clean.hint or f"see connectors: {kind}: {name}")
    finally:
        await service.close()


async def fares(api: ApiClient) -> Sequence[Finding]:
    """How they fare in the running engine: those that are in trouble there."""
    told = (await api.get("/v1/connectors"))["connectors"]
    return [found for each in told for found in _in_trouble(each)]


def _in_trouble(fare: Mapping[str, Any]) -> Iterator[Finding]:
    name = f"{fare['name']} in the engine"
    for trouble in fare["troubles"]:
        yield warning(name, trouble, f"see docs/connectors/{fare['name'].split('.')[0]}.md")
    failed = f"{fare['failed']} of {fare['asked']} requests failed: {fare['last_error']}"
    if fare["state"] == "open":
        yield fail(
            name,
            f"left alone after {failed}",
            f"the first request in {fare['rests']:.0f} s tries it; callers take the exit `error`",
        )
    elif fare["state"] == "trying":
        yield warning(
            name,
            f"was left alone after {failed}",
            "nothing, if it is well again: the next request tries it",
        )
    elif fare["waiting"]:
        yield warning(
            name,
            f"{fare['busy']} requests are under way and {fare['waiting']} wait for their turn",
            "raise at_once (and the pool), or find out why it is slow",
        )
