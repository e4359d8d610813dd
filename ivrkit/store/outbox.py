"""What connectors send later: documents in their order, each under its key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Update, func, insert, or_, select, update

from ivrkit.call.outbox import Kept, Waiting
from ivrkit.errors import StoreError
from ivrkit.store.access import Access
from ivrkit.store.retention import Step, delete_some
from ivrkit.store.sealing import Sealer
from ivrkit.store.tables import outbox

_EPOCH: Final = datetime.fromtimestamp(0, UTC)
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
        row = {
            "key": key,
            "application": self._application(),
            "sender": sender,
            "document": body,
            "sealed": int(sealed is not None),
            "written": datetime.now(UTC),
            "expires": expires,
            "not_before": _EPOCH,
            "tries": 0,
            "reason": "",
        }
        abandoned = False

        def write(connection: Connection) -> None:
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
        done = (
            update(outbox)
            .where(outbox.c.key.in_(keys))
            .values(done=datetime.now(UTC), document=None)
        )
        await self._access.write(lambda connection: connection.execute(done))

    async def put_off(self, key: str, until: datetime, reason: str) -> None:
        """The others do not wait for this one. Raises StoreError."""
        put_off = (
            update(outbox)
            .where(outbox.c.key == key)
            .values(tries=outbox.c.tries + 1, not_before=until, reason=reason[:_REASON])
        )
        await self._access.write(lambda connection: connection.execute(put_off))

    async def drop_expired(self, sender: str, now: datetime) -> int:
        """Forget those whose time is over. Raises StoreError."""
        over = (
            update(outbox)
            .where(*self._waiting(sender), outbox.c.expires <= now)
            .values(done=now, document=None)
        )
        return await self._access.write(lambda connection: connection.execute(over).rowcount)

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

    async def reseal(self) -> int:
        """Seal under the newest key what waits under an older one; the answer is how many that
        were. What no key opens stays as it is. Raises StoreError."""
        wanted = (
            select(outbox.c.key, outbox.c.document)
            .where(outbox.c.sealed != 0, outbox.c.document.is_not(None))
            .where(outbox.c.application == self._application())
        )
        rows = await self._access.query(lambda c: c.execute(wanted).all())
        changed = 0
        for row in rows:
            if not self._sealer.has_key or self._sealer.is_newest(row.document):
                continue
            plain = self._sealer.unseal(row.document, row.key)
            if plain is None:
                continue
            again = (
                update(outbox)
                .where(outbox.c.key == row.key, outbox.c.document.is_not(None))
                .values(document=self._sealer.seal(plain, row.key))
            )
            await self._run(again)
            changed += 1
        return changed

    async def _run(self, change: Update) -> None:
        await self._access.write(lambda connection: connection.execute(change))

    def _waiting(self, sender: str) -> tuple[ColumnElement[bool], ...]:
        return (
            outbox.c.sender == sender,
            outbox.c.application == self._application(),
            outbox.c.done.is_(None),
        )


def _put(connection: Connection, row: dict[str, Any], most: int) -> None:
    """Insert a row whose key is not there yet. Raises StoreError when there is no room."""
    known = select(outbox.c.id).where(outbox.c.key == row["key"])
    if connection.execute(known).first() is not None:
        return
    count = connection.execute(
        select(func.count())
        .select_from(outbox)
        .where(
            outbox.c.sender == row["sender"],
            outbox.c.application == row["application"],
            outbox.c.done.is_(None),
        )
    ).scalar_one()
    if count >= most:
        raise StoreError(
            f"the outbox of {row['sender']} is full: {count} messages wait",
            hint="look why they are not taken: ivrkit doctor; outbox: {most: …} allows more",
        )
    connection.execute(insert(outbox).values(row))


def expired_outbox(before: datetime) -> Step:
    """Keys that are not needed any more, and documents that nobody sends (the connector is not
    configured any more): all that was done with, or expired, before a time."""
    return delete_some(outbox.c.id, or_(outbox.c.done < before, outbox.c.expires < before))
