"""What an engine does by itself from time to time: erasing what was kept long enough, sealing anew
what waits under an older key."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict

from ivrkit.errors import IvrkitError
from ivrkit.service.flows import FlowService
from ivrkit.store import Erased, Store

LOG = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0


async def keep_house(store: Store, flows: FlowService) -> None:
    """Erase what has been kept long enough, now and every hour; until cancelled."""
    while True:
        try:
            hashes = [version.hash for version in flows.versions()]
            _tell(await store.erase_expired(in_service=hashes))
            if resealed := await store.outbox.reseal():
                LOG.info("sealed under the newest key: %d messages that wait", resealed)
        except IvrkitError as error:
            LOG.error("%s", error)
        except Exception:  # what is kept too long is tried again, whatever it was
            LOG.exception("housekeeping failed")
        await asyncio.sleep(EVERY_SECONDS)


def _tell(erased: Erased) -> None:
    """How much of what has gone, where there was anything."""
    gone = [f"{count} {kind}" for kind, count in asdict(erased).items() if count]
    if gone:
        LOG.info("kept long enough, and erased: %s", ", ".join(gone))
