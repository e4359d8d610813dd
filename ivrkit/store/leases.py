"""The lease: an Asterisk application name belongs to one engine at a time.

A lease is free when it was released, when its holder has not renewed it for 10 s, and at once
when its holder's process is gone: the holder keeps a lock that goes with the process
(:class:`~ivrkit.store.database.HolderLock`). Times are those of the clock that all engines of a
store share. Epochs only grow; what is written under an older one is refused
(:class:`~ivrkit.store.batch.Fence`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Update, select, update

from ivrkit.store.database import HolderLock, database_of, insert
from ivrkit.store.prepared import replacing
from ivrkit.store.tables import leases

VALID_SECONDS = 10.0
RENEW_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Claim:
    """What came of asking for a lease: the epoch, or who holds it and for how long."""

    epoch: int = 0
    holder: str = ""
    age: float = 0.0


def claim(
    connection: Connection,
    application: str,
    owner: str,
    lock: HolderLock,
    *,
    ask: bool = False,
    force: bool = False,
) -> Claim:
    """Take a lease that is free. ``ask`` lets its holder know that it is wanted; ``force`` takes
    it whoever holds it."""
    database = database_of(connection)
    database.serialise(connection, f"lease {application}")
    mine = leases.c.application == application
    # For update: what is being written under the old epoch is committed then.
    wanted = select(leases.c.epoch, leases.c.owner, leases.c.renewed).where(mine)
    row = connection.execute(wanted.with_for_update()).first()
    now = database.now(connection)
    epoch, holder, renewed = row if row is not None else (0, "", 0.0)
    # A time in the future is a clock that was set back.
    fresh = abs(now - renewed) < VALID_SECONDS
    if holder and fresh and not force and not lock.holder_is_gone(connection, epoch, renewed):
        if ask:
            connection.execute(update(leases).where(mine).values(wanted=owner))
        return Claim(holder=holder, age=max(0.0, now - renewed))
    lock.remove(epoch)
    lock.take(connection, epoch + 1)
    new = insert(connection, leases).values(
        application=application, epoch=epoch + 1, owner=owner, renewed=now, wanted=""
    )
    others = ("epoch", "owner", "renewed", "wanted")
    connection.execute(
        new.on_conflict_do_update(index_elements=["application"], set_=replacing(new, others))
    )
    return Claim(epoch=epoch + 1)


def renew(connection: Connection, application: str, epoch: int, lock: HolderLock) -> str | None:
    """Say that the holder is alive. Who wants the lease (empty: nobody); None when it is lost."""
    lock.keep()
    renewed = (
        _of(application, epoch)
        .values(renewed=database_of(connection).now(connection))
        .returning(leases.c.wanted)
    )
    wanted: str | None = connection.execute(renewed).scalar()
    return wanted


def release(connection: Connection, application: str, epoch: int) -> None:
    """Give a lease back; the row stays, so that the next epoch is higher."""
    connection.execute(_of(application, epoch).values(owner="", renewed=0.0, wanted=""))


def _of(application: str, epoch: int) -> Update:
    return update(leases).where(leases.c.application == application, leases.c.epoch == epoch)
