"""What connectors send later: documents in their order, each under its key."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select

from ivrkit.call.outbox import Kept, Waiting
from ivrkit.errors import StoreError
from ivrkit.store.access import Access
from ivrkit.store.sealing import Sealer
from ivrkit.store.tables import outbox

_CHUNK: Final = 500
_REASON: Final = 300
"""Characters of a reason that are kept."""


class StoredOutbox:
    """The port :class:`~ivrkit.call.outbox.Outbox`.

    The rows belong to the ``application`` whose lease is held: two engines in one file do not send
    the same twice. A row that was sent stays for a while without its document, so that a step
    which is run again after a restart finds its key: however often it runs, there is one row.
    """

    def __init__(self, access: Access, sealer: Sealer, application: Callable[[], str]) -> None:
        self._access = access
        self._sealer = sealer
        self._application = application

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
        """Keep a document. Raises StoreError."""
        if secret and not self._sealer.has_key:
            raise StoreError(
                "a message with a secret in it cannot be kept: the store has no key",
                hint="set IVRKIT_STORE_KEY (openssl rand -base64 32), or send it at once",
            )
        sealed = self._sealer.seal(document, key)
        body = document if sealed is None else sealed
        row = (
            key,
            self._application(),
            sender,
            body,
            int(sealed is not None),
            datetime.now(UTC).timestamp(),
            expires.timestamp(),
        )
        abandoned = False

        def write(connection: sqlite3.Connection) -> None:
            if not abandoned:
                _put(connection, row, most)

        try:
            await self._access.write(write)
        except BaseException:
            abandoned = True
            raise

    async def due(self, sender: str, now: datetime, most: int) -> Sequence[Kept]:
        """The oldest that may be sent. Raises StoreError."""
        wanted = (
            select(outbox.c.key, outbox.c.document, outbox.c.sealed)
            .add_columns(outbox.c.expires, outbox.c.tries)
            .where(*self._waiting(sender), outbox.c.not_before <= now, outbox.c.expires > now)
            .order_by(outbox.c.id)
            .limit(most)
        )
        rows = await self._access.query(lambda c: c.execute(wanted).all())
        return [
            Kept(
                row.key,
                self._sealer.unseal(row.document, row.key) if row.sealed else row.document,
                row.expires,
                row.tries,
            )
            for row in rows
        ]

    async def sent(self, keys: Collection[str]) -> None:
        """They are with the other side. Raises StoreError."""
        now = datetime.now(UTC).timestamp()
        rows = [(now, key) for key in keys]
        await self._access.write(
            lambda connection: connection.executemany(
                "UPDATE outbox SET done = ?, document = NULL WHERE key = ?", rows
            )
        )

    async def put_off(self, key: str, until: datetime, reason: str) -> None:
        """The others do not wait for this one. Raises StoreError."""
        await self._access.write(
            lambda connection: connection.execute(
                "UPDATE outbox SET tries = tries + 1, not_before = ?, reason = ? WHERE key = ?",
                (until.timestamp(), reason[:_REASON], key),
            )
        )

    async def drop_expired(self, sender: str, now: datetime) -> int:
        """Forget those whose time is over. Raises StoreError."""
        return await self._access.write(
            lambda connection: (
                connection.execute(
                    "UPDATE outbox SET done = ?, document = NULL WHERE sender = ? "
                    "AND application = ? AND done IS NULL AND expires <= ?",
                    (now.timestamp(), sender, self._application(), now.timestamp()),
                ).rowcount
            )
        )

    async def waiting(self, sender: str) -> Waiting:
        """How much waits. Raises StoreError."""
        mine = self._waiting(sender)
        counted = select(func.count(), func.min(outbox.c.written, type_=outbox.c.written.type))
        refused = (
            select(outbox.c.reason)
            .where(*mine, outbox.c.tries > 0)
            .order_by(outbox.c.not_before.desc())
        )
        (count, since), reasons = await self._access.query(
            lambda c: (
                c.execute(counted.where(*mine)).one(),
                c.execute(refused).scalars().all(),
            )
        )
        return Waiting(count, since, len(reasons), reasons[0] if reasons else "")

    def _waiting(self, sender: str) -> tuple[ColumnElement[bool], ...]:
        return (
            outbox.c.sender == sender,
            outbox.c.application == self._application(),
            outbox.c.done.is_(None),
        )


def _put(connection: sqlite3.Connection, row: tuple[object, ...], most: int) -> None:
    """Insert a row whose key is not there yet. Raises StoreError when there is no room."""
    key, application, sender, *_ = row
    if connection.execute("SELECT 1 FROM outbox WHERE key = ?", (key,)).fetchone():
        return
    (count,) = connection.execute(
        "SELECT count(*) FROM outbox WHERE sender = ? AND application = ? AND done IS NULL",
        (sender, application),
    ).fetchone()
    if count >= most:
        raise StoreError(
            f"the outbox of {sender} is full: {count} messages wait",
            hint="look why they are not taken: ivrkit doctor; outbox: {most: …} allows more",
        )
    connection.execute(
        "INSERT INTO outbox (key, application, sender, document, sealed, written, expires, "
        "not_before, tries, reason) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, '')",
        row,
    )


def expired_outbox(before: datetime) -> Callable[[sqlite3.Connection], int]:
    """Keys that are not needed any more, and documents that nobody sends (the connector is not
    configured any more): all that was done with, or expired, before a time."""
    return lambda connection: (
        connection.execute(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done < ? OR expires < ? "
            "LIMIT ?)",
            (before.timestamp(), before.timestamp(), _CHUNK),
        ).rowcount
    )
