"""What the engine asks of the store; ``ivrkit.store.Store`` is the real one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ivrkit.call.events import TraceEvent


class Keeper(Protocol):
    """Keeps captures and traces. Only ``save_ahead`` may fail; the rest never stops a call."""

    def save(self, call_id: str, capture: bytes) -> None:
        """Keep the newest capture of a call, soon."""

    async def save_ahead(self, call_id: str, capture: bytes) -> None:
        """Keep it now: returns when it is committed. Raises StoreError."""

    def append(self, call_id: str, events: Sequence[TraceEvent]) -> None:
        """Add to the trace of a call, soon."""

    def forget(self, call_id: str) -> None:
        """The call is over: its capture goes, its trace stays."""
