"""What callers of a script record: judged as a site would, and kept in mind."""

from __future__ import annotations

import asyncio

from ivrkit.call.call import Call
from ivrkit.call.messages import Keeping, Message
from ivrkit.store import speech


class ScriptedMessages:
    """The port :class:`~ivrkit.call.messages.Messages` for the calls of one script. It is the
    site's, not the engine's, and outlives a restart. ``kept`` is by id."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Message, Keeping, bytes]] = {}

    async def prepare(self, message: str) -> Message | None:
        """There is always room."""
        found = self.kept.get(message)
        return found[0] if found is not None else None

    async def keep(
        self, call: Call, message: str, sound: bytes, keeping: Keeping
    ) -> Message | None:
        """Keep a recording; None when nothing is said in it."""
        if await asyncio.to_thread(speech.is_silent, sound):
            return None
        kept = Message(message, round(speech.length(sound), 1))
        self.kept[message] = (kept, keeping, sound)
        return kept

    async def erase(self, call: Call, message: str) -> None:
        """Erase a message of this call."""
        if message.startswith(f"{call.id}."):
            self.kept.pop(message, None)
