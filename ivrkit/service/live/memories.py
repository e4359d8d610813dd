"""Memories as scripts give them: each script remembers for itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from ivrkit.call.call import Call
from ivrkit.call.memory import Memory
from ivrkit.expressions.values import Value
from ivrkit.qa.given import Given
from ivrkit.qa.memories import ScriptedMemories


class GivenMemories:
    """The port :class:`~ivrkit.call.memory.Memories` for calls of many scripts at the same time.
    ``given`` tells by a call's channel what its script gives; the calls of one share it."""

    def __init__(self, given: Mapping[str, Given]) -> None:
        self._given = given
        self._of: dict[int, tuple[Given, ScriptedMemories]] = {}

    async def remember(self, call: Call, key: str, value: Value, keep: timedelta | None) -> None:
        """Keep a value under a key."""
        await self._memories(call).remember(call, key, value, keep)

    async def recall(self, call: Call, key: str) -> Memory | None:
        """What is kept under a key."""
        return await self._memories(call).recall(call, key)

    async def forget(self, call: Call, key: str) -> None:
        """Keep nothing under this key."""
        await self._memories(call).forget(call, key)

    def _memories(self, call: Call) -> ScriptedMemories:
        given = self._given.get(call.channel.id) or Given()
        found = self._of.get(id(given))
        if found is None:
            found = self._of[id(given)] = (given, ScriptedMemories(given.memories))
        return found[1]
