"""What flows remember, for those who look after a site. The engine may run meanwhile."""

from __future__ import annotations

from ivrkit.errors import ConfigurationError
from ivrkit.service.beside import note, opened
from ivrkit.service.callers.matching import shown_number
from ivrkit.service.configuration import Configuration
from ivrkit.store import KeptMemory

ALL = 1_000_000
"""As many as are erased at once."""


async def find_memories(
    configuration: Configuration, *, caller: str = "", key: str = "", limit: int = ALL
) -> list[KeptMemory]:
    """What is kept of a caller, and under keys that begin so; the newest first. Raises
    StoreError."""
    async with opened(configuration) as store:
        return await store.memories.find(caller=caller, prefix=key, limit=limit)


async def erase_memories(configuration: Configuration, *, caller: str = "", key: str = "") -> int:
    """Erase what is kept of a caller, and under keys that begin so. Raises StoreError, and
    ConfigurationError where neither is named."""
    if not caller and not key:
        raise ConfigurationError(
            "nothing is erased without a caller or a key", hint="name one: --caller +49301234567"
        )
    async with opened(configuration) as store:
        found = await store.memories.find(caller=caller, prefix=key, limit=ALL)
        count = await store.memories.erase([each.key for each in found])
        asked = {"caller": shown_number(caller)} if caller else {}
        # A key may have the caller's number in it.
        note(store, "erase_memories", {**asked, "by_key": bool(key), "memories": count})
        return count
