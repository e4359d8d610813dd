"""The store of a site, for commands that look after it while the engine may run."""

from __future__ import annotations

import getpass
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from ivrkit.service.configuration import Configuration
from ivrkit.store import AuditEntry, Store
from ivrkit.store.opening import Tables

LOG = logging.getLogger(__name__)

COMMAND = "command"
"""Who did it, for the audit, where no token says so."""


@asynccontextmanager
async def opened(configuration: Configuration) -> AsyncIterator[Store]:
    """The store of a site whose engine may run meanwhile. Raises StoreError where there is none,
    and for one of another version of ivrkit: only an engine brings it up to date."""
    store = Store(configuration.store_url, media=configuration.media_folder)
    await store.open(Tables.REQUIRED)
    try:
        yield store
    finally:
        await store.close()


def note(
    store: Store,
    action: str,
    details: dict[str, Any],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Have the audit keep what a command has done in the store itself."""
    try:
        details = {"user": getpass.getuser(), **details}
    except (OSError, KeyError):  # a user without a name
        LOG.debug("the user of the command has no name")
    store.put_audit(
        AuditEntry(at=now(), token=COMMAND, action=action, outcome="done", details=details)
    )
