"""What flows remember, for those who look after a site. The engine may run meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.service.configuration import Configuration
from ivrkit.store import KeptMemory, Store

ALL = 1_000_000
"""As many as are erased at once."""


async def find_memories(
    configuration: Configuration, *, caller: str = "", key: str = "", limit: int = ALL
) -> list[KeptMemory]:
    """What is kept of a caller, and under keys that begin so; the newest first. Raises
    StoreError."""
    async with _opened(configuration) as store:
        return await store.memories.find(caller=caller, prefix=key, limit=limit)


async def erase_memories(configuration: Configuration, *, caller: str = "", key: str = "") -> int:
    """Erase what is kept of a caller, and under keys that begin so. Raises StoreError, and
    ConfigurationError where neither is named."""
    if not caller and not key:
        raise ConfigurationError(
            "nothing is erased without a caller or a key", hint="name one: --caller +49301234567"
        )
    async with _opened(configuration) as store:
        found = await store.memories.find(caller=caller, prefix=key, limit=ALL)
        return await store.memories.erase([each.key for each in found])


@asynccontextmanager
async def _opened(configuration: Configuration) -> AsyncIterator[Store]:
    store = Store(configuration.store_url, media=configuration.media_folder)
    if not await asyncio.to_thread(store.database.exists):
        raise StoreError(
            f"there is no store {store.database.name}", hint="start an engine with: ivrkit serve"
        )
    await store.open()
    try:
        yield store
    finally:
        await store.close()
