"""The systems outside: whether each can be reached from here, and how it fares in the engine that
runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from ivrkit.connectors.connector import Connector
from ivrkit.connectors.service import ConnectorService
from ivrkit.errors import IvrkitError
from ivrkit.service.client import ApiClient
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import Finding, fail, ok, warning

PROBE_SECONDS = 10.0
"""How long one system may take to answer."""


async def examine_connectors(configuration: Configuration) -> AsyncIterator[Finding]:
    """Ask each for a sign of life; nothing is changed by it."""
    try:
        service = ConnectorService(configuration.connectors.by_kind(), configuration.place)
    except IvrkitError as error:
        yield fail("connectors", error.message, error.hint)
        return
    try:
        await service.start()
        probes = [_probed(guard.name, guard.connector) for guard in service.guards]
        for finding in await asyncio.gather(*probes):
            yield finding
    except IvrkitError as error:
        yield fail("connectors", error.message, error.hint)
    finally:
        await service.close()


async def _probed(name: str, connector: Connector[Any]) -> Finding:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return ok(name, await connector.probe())
    except TimeoutError:
        return fail(
            name,
            f"no answer within {PROBE_SECONDS:g} s",
            f"is it running, and reachable from here? see connectors: {connector.kind}: "
            f"{connector.name} in ivrkit.yaml",
        )
    except IvrkitError as error:
        clean = connector.cleaned(error)
        return fail(name, clean.message, clean.hint or "callers take the exit `error` by now")


async def fares(api: ApiClient) -> Sequence[Finding]:
    """How they fare in the running engine: those that are in trouble there."""
    return [
        found
        for each in (await api.get("/v1/connectors"))["connectors"]
        if (found := _in_trouble(each)) is not None
    ]


def _in_trouble(fare: Mapping[str, Any]) -> Finding | None:
    name = f"{fare['name']} in the engine"
    if fare["state"] != "closed":
        return fail(
            name,
            f"left alone after {fare['failed']} of {fare['asked']} requests failed: "
            f"{fare['last_error']}",
            f"it is tried again by itself in {fare['rests']:.0f} s; callers take the exit `error`",
        )
    if fare["waiting"]:
        return warning(
            name,
            f"{fare['busy']} requests are under way and {fare['waiting']} wait for their turn",
            "raise at_once (and the pool), or find out why it is slow",
        )
    return None
