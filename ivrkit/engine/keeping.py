"""What the engine asks of the store; ``ivrkit.store.Store`` is the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from ivrkit.call.events import TraceEvent
from ivrkit.errors import StoreError

SAVE_SECONDS = 5.0
"""How long a call waits for a commit: a disk that hangs must not keep callers in silence."""


class Keeper(Protocol):
    """Keeps captures and traces. Only ``save_ahead`` may fail; the rest never stops a call."""

    def describe(self, call_id: str, flow: str, version: str, channel: str) -> None:
        """Keep beside the captures of a call what it is of, soon: if they can be read no more,
        this is what is known of it."""

    def save(self, call_id: str, capture: bytes) -> None:
        """Keep the newest capture of a call, soon."""

    async def save_ahead(self, call_id: str, capture: bytes) -> None:
        """Keep it now: returns when it is committed. Raises StoreError."""

    def append(self, call_id: str, events: Sequence[TraceEvent]) -> None:
        """Add to the trace of a call, soon."""

    def forget(self, call_id: str) -> None:
        """The call is over: its capture goes, its trace stays."""


async def keep(keeper: Keeper, call_id: str, capture: bytes) -> None:
    """Save now, and wait for it, but not for ever. Raises StoreError."""
    try:
        async with asyncio.timeout(SAVE_SECONDS):
            await keeper.save_ahead(call_id, capture)
    except TimeoutError:
        raise StoreError(
            f"the store has not saved a call within {SAVE_SECONDS:g} s", hint="look at its disk"
        ) from None
