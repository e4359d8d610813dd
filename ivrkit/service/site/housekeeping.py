"""What an engine does by itself from time to time: erasing what was kept long enough, sealing anew
what waits under an older key; and, when it starts, closing the records of calls that nobody has."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict

from ivrkit.errors import IvrkitError
from ivrkit.service.closing import close_left
from ivrkit.service.flows import FlowService
from ivrkit.store import Erased, Store

LOG = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0


async def keep_house(store: Store, flows: FlowService, live: Callable[[], Collection[str]]) -> None:
    """Erase what has been kept long enough, now and every hour; until cancelled. First what earlier
    engines have left open is closed, of calls that are not among the ``live`` ones."""
    await _try(_close(store, live))
    while True:
        await _try(_erase(store, flows))
        await asyncio.sleep(EVERY_SECONDS)


async def _try(work: Awaitable[None]) -> None:
    try:
        await work
    except IvrkitError as error:
        LOG.error("%s", error)
    except Exception:  # what is kept too long is tried again, whatever it was
        LOG.exception("housekeeping failed")


async def _close(store: Store, live: Callable[[], Collection[str]]) -> None:
    if count := await close_left(store, live=live):
        LOG.warning("closed as lost: %d calls of which nothing could be read any more", count)


async def _erase(store: Store, flows: FlowService) -> None:
    hashes = [version.hash for version in flows.versions()]
    _tell(await store.erase_expired(in_service=hashes))
    if resealed := await store.outbox.reseal():
        LOG.info("sealed under the newest key: %d messages that wait", resealed)


def _tell(erased: Erased) -> None:
    """How much of what has gone, where there was anything."""
    gone = [f"{count} {kind}" for kind, count in asdict(erased).items() if count]
    if gone:
        LOG.info("kept long enough, and erased: %s", ", ".join(gone))
