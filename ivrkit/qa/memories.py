"""What is remembered in a script: the real thing, in mind instead of in a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from ivrkit.call.call import Call
from ivrkit.call.memory import Memory, read, written
from ivrkit.expressions.values import Value

LONG = timedelta(days=365)
"""How long a memory is kept where the flow does not say it."""


class ScriptedMemories:
    """The port :class:`~ivrkit.call.memory.Memories` for the calls of one script: what one of
    them remembers, the next finds. It is the site's, not the engine's, and outlives a restart."""

    def __init__(self, given: Mapping[str, Value]) -> None:
        self._kept: dict[str, tuple[bytes, datetime | None]] = {}
        self._given: Mapping[str, Value] = {}
        self.give(given)

    def give(self, given: Mapping[str, Value]) -> None:
        """Remember this, too; what was given before is as the flows have left it."""
        for key, value in given.items():
            if key not in self._given or self._given[key] != value:
                self._kept[key] = (written(value), None)
        self._given = given

    async def remember(self, call: Call, key: str, value: Value, keep: timedelta | None) -> None:
        """Keep a value under a key."""
        self._kept[key] = (written(value), call.clock.now() + (LONG if keep is None else keep))

    async def recall(self, call: Call, key: str) -> Memory | None:
        """What is kept under a key."""
        document, expires = self._kept.get(key, (None, None))
        if document is None or (expires is not None and expires <= call.clock.now()):
            return None
        return read(document)

    async def forget(self, call: Call, key: str) -> None:
        """Keep nothing under this key."""
        self._kept.pop(key, None)
