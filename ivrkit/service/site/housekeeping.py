"""What an engine does by itself from time to time: erasing what was kept long enough."""

from __future__ import annotations

import asyncio
import logging

from ivrkit.errors import IvrkitError
from ivrkit.service.flows import FlowService
from ivrkit.store import Store

LOG = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0


async def keep_house(store: Store, flows: FlowService) -> None:
    """Erase what has been kept long enough, now and every hour; until cancelled."""
    while True:
        try:
            hashes = [version.hash for version in flows.versions()]
            await store.erase_expired(in_service=hashes)
        except IvrkitError as error:
            LOG.error("%s", error)
        except Exception:  # what is kept too long is tried again, whatever it was
            LOG.exception("housekeeping failed")
        await asyncio.sleep(EVERY_SECONDS)
