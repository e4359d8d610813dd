"""The outbox: the port in which a connector keeps what it will send later, surely.

What is put into it survives the death of the engine. It is sent in the order in which it came, at
least once: an engine that dies between the sending and the striking out sends it again, under the
same key, by which whoever receives it knows that he has it already.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Kept:
    """What waits to be sent. ``document`` is what was put in; None if it was sealed and the key of
    the store is not the one any more. ``tries`` counts how often it was put off."""

    key: str
    document: bytes | None
    expires: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits: so many documents, the oldest since ``since``, and of these ``refused`` that
    were put off one by one because the other side did not want them, last for ``reason``."""

    count: int = 0
    since: datetime | None = None
    refused: int = 0
    reason: str = ""


class Outbox(Protocol):
    """Implemented by the room ``store``. All of it raises StoreError. ``sender`` is the connector
    (``broker.events``); each sees its own documents only."""

    async def put(
        self,
        sender: str,
        key: str,
        document: bytes,
        *,
        expires: datetime,
        secret: bool = False,
        most: int = 10_000,
    ) -> None:
        """Keep a document until it is sent, and return when that is safe.

        A key that was put in before is not put in again, sent or not. Raises StoreError too where
        ``most`` are waiting, and for a document with a secret in it where the store has no key to
        seal it with. When this is cancelled before the store has begun to write it, it is not
        kept.
        """

    async def due(self, sender: str, now: datetime, most: int) -> Sequence[Kept]:
        """The oldest that may be sent now, in their order."""

    async def sent(self, keys: Collection[str]) -> None:
        """They are with the other side: only the keys stay for a while."""

    async def put_off(self, key: str, until: datetime, reason: str) -> None:
        """The other side does not want this one: the others do not wait for it."""

    async def drop_expired(self, sender: str, now: datetime) -> int:
        """Forget those whose time is over; how many they were."""

    async def waiting(self, sender: str) -> Waiting:
        """How much waits."""
