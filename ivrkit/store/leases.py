"""The lease: an Asterisk application name belongs to one engine at a time.

A lease is free when it was released, when its holder has not renewed it for 10 s, and at once
when its holder's process is gone: the holder keeps an ``flock`` on a file beside the store, and
the kernel drops it with the process. Epochs only grow; what is written under an older one is
refused (:class:`~ivrkit.store.batch.Fence`).
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

if sys.platform != "win32":
    import fcntl

VALID_SECONDS = 10.0
RENEW_SECONDS = 2.0


class HolderLock:
    """A lock file that says that the process which took an epoch is alive."""

    def __init__(self, store: Path, application: str) -> None:
        self._stem = f"{store}-lease-{quote(application, safe='')}"
        self._descriptor: int | None = None
        self._held: Path | None = None

    def take(self, epoch: int) -> None:
        """Hold the file of an epoch. Raises OSError."""
        self.drop()
        path = self._path(epoch)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._held = path
        if sys.platform != "win32":
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def drop(self) -> None:
        """Let go, and remove the file."""
        if self._descriptor is not None and self._held is not None:
            with suppress(OSError):
                self._held.unlink()
            os.close(self._descriptor)
        self._descriptor = self._held = None

    def holder_is_gone(self, epoch: int) -> bool:
        """True when the process that took this epoch no longer lives on this machine. Without
        a file nothing is known (False), and its time has to run out."""
        if sys.platform == "win32":
            return False
        try:
            descriptor = os.open(self._path(epoch), os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True

    def remove(self, epoch: int) -> None:
        """Remove what a dead holder left behind."""
        with suppress(OSError):
            self._path(epoch).unlink()

    def _path(self, epoch: int) -> Path:
        return Path(f"{self._stem}-{epoch}")


@dataclass(frozen=True, slots=True)
class Claim:
    """What came of asking for a lease: the epoch, or who holds it and for how long."""

    epoch: int = 0
    holder: str = ""
    age: float = 0.0


def claim(
    connection: sqlite3.Connection,
    application: str,
    owner: str,
    lock: HolderLock,
    *,
    ask: bool = False,
    force: bool = False,
) -> Claim:
    """Take a lease that is free. ``ask`` lets its holder know that it is wanted; ``force`` takes
    it whoever holds it."""
    row = connection.execute(
        "SELECT epoch, owner, renewed FROM leases WHERE application = ?", (application,)
    ).fetchone()
    now = time.time()
    epoch, holder, renewed = row if row is not None else (0, "", 0.0)
    # A time in the future is a clock that was set back.
    fresh = abs(now - renewed) < VALID_SECONDS
    if holder and fresh and not force and not lock.holder_is_gone(epoch):
        if ask:
            connection.execute(
                "UPDATE leases SET wanted = ? WHERE application = ?", (owner, application)
            )
        return Claim(holder=holder, age=max(0.0, now - renewed))
    lock.remove(epoch)
    lock.take(epoch + 1)
    connection.execute(
        "INSERT INTO leases (application, epoch, owner, renewed, wanted) "
        "VALUES (?, ?, ?, ?, '') ON CONFLICT (application) DO UPDATE SET "
        "epoch = excluded.epoch, owner = excluded.owner, renewed = excluded.renewed, wanted = ''",
        (application, epoch + 1, owner, now),
    )
    return Claim(epoch=epoch + 1)


def renew(connection: sqlite3.Connection, application: str, epoch: int) -> str | None:
    """Say that the holder is alive. Who wants the lease (empty: nobody); None when it is lost."""
    row = connection.execute(
        "UPDATE leases SET renewed = ? WHERE application = ? AND epoch = ? RETURNING wanted",
        (time.time(), application, epoch),
    ).fetchone()
    return None if row is None else str(row[0])


def release(connection: sqlite3.Connection, application: str, epoch: int) -> None:
    """Give a lease back; the row stays, so that the next epoch is higher."""
    connection.execute(
        "UPDATE leases SET owner = '', renewed = 0, wanted = '' "
        "WHERE application = ? AND epoch = ?",
        (application, epoch),
    )
