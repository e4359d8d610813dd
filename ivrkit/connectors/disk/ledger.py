"""How much a root holds, and whose turn it is to change it: one file in it that is locked, for all
calls of all engines that share the root."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock
from typing import Final

from ivrkit.connectors.disk.settings import FileSettings
from ivrkit.connectors.disk.troubles import full, told, wrong_kind
from ivrkit.errors import ConnectorTimeout

OWN: Final = ".ivrkit-"
"""What names begin with that are the connector's own: no flow can name them."""
LOCK_FILE: Final = f"{OWN}lock"
TEMPORARY: Final = ".tmp"
COUNTED_ANEW: Final = 60.0
"""Seconds after which everything is counted again: others may have changed something."""
_STALE: Final = 3600.0
_POLL: Final = 0.005


@dataclass(slots=True)
class Totals:
    """What a root holds: bytes, and files and folders. ``at`` is when it was counted (Unix)."""

    bytes: int = 0
    files: int = 0
    at: float = 0.0


class Ledger:
    """The lock and the totals of one root."""

    def __init__(self, settings: FileSettings) -> None:
        self._most_bytes = int(settings.megabytes * 2**20)
        self._most_files = settings.files
        self._turn = Lock()

    @contextmanager
    def reading(self, root: int, deadline: float) -> Iterator[None]:
        """While somebody reads nobody writes. Without a lock file, or the right to open it,
        nobody here writes anyway."""
        try:
            descriptor = os.open(LOCK_FILE, os.O_RDONLY | _LOCK_FLAGS, dir_fd=root)
        except OSError:
            yield
            return
        try:
            _lock(descriptor, fcntl.LOCK_SH, deadline)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def writing(self, root: int, deadline: float) -> Iterator[Changes]:
        """Alone in the root; what changed is written down at the end. Raises ConnectorError."""
        if not self._turn.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise _late()
        try:
            with told("lock file"):
                flags = os.O_RDWR | os.O_CREAT | _LOCK_FLAGS
                descriptor = os.open(LOCK_FILE, flags, 0o660, dir_fd=root)
            try:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise wrong_kind("lock file")
                _lock(descriptor, fcntl.LOCK_EX, deadline)
                yield from self._entered(root, descriptor)
            finally:
                os.close(descriptor)
        finally:
            self._turn.release()

    def _entered(self, root: int, descriptor: int) -> Iterator[Changes]:
        totals = _read(descriptor)
        if not 0 <= time.time() - totals.at < COUNTED_ANEW:
            totals = count(root, tidy=True)
        changes = Changes(root, totals, self._most_bytes, self._most_files)
        try:
            yield changes
        finally:
            with suppress(OSError):  # then it is counted anew
                _write(descriptor, changes.totals)


class Changes:
    """What changes in a root while it is locked."""

    def __init__(self, root: int, totals: Totals, most_bytes: int, most_files: int) -> None:
        self.totals = totals
        self._root = root
        self._most_bytes, self._most_files = most_bytes, most_files

    def room(self, more_bytes: int, more_files: int = 0) -> None:
        """See whether there is room. Raises FileRefused (``full``)."""
        if self._fits(more_bytes, more_files):
            return
        self.totals = count(self._root)  # somebody else may have deleted something
        if not self._fits(more_bytes, more_files):
            if more_files and self.totals.files + more_files > self._most_files:
                raise full(f"the folder may hold {self._most_files} files")
            raise full(f"the folder may hold {self._most_bytes} bytes")

    def add(self, more_bytes: int, more_files: int = 0) -> None:
        """Something was added, or taken away."""
        self.totals.bytes += more_bytes
        self.totals.files += more_files

    def _fits(self, more_bytes: int, more_files: int) -> bool:
        totals = self.totals
        return (more_bytes <= 0 or totals.bytes + more_bytes <= self._most_bytes) and (
            more_files <= 0 or totals.files + more_files <= self._most_files
        )


_LOCK_FLAGS: Final = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def _lock(descriptor: int, how: int, deadline: float) -> None:
    """Lock within the time. Polled: a lock that is waited for by the system cannot be given up."""
    while True:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _late() from None
            time.sleep(_POLL)
        else:
            return


def _late() -> ConnectorTimeout:
    return ConnectorTimeout("the folder was in use all the time")


def count(root: int, *, tidy: bool = False) -> Totals:
    """Count what is there; ``tidy`` removes what a crash has left behind of the connector's own."""
    totals = Totals(at=time.time())
    for _, folders, files, descriptor in os.fwalk(".", dir_fd=root, follow_symlinks=False):
        totals.files += len(folders)
        for name in files:
            with suppress(FileNotFoundError):
                found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                if not name.startswith(OWN):
                    totals.files += 1
                    totals.bytes += found.st_size
                elif tidy and name.endswith(TEMPORARY) and totals.at - found.st_mtime > _STALE:
                    os.unlink(name, dir_fd=descriptor)
    return totals


def _read(descriptor: int) -> Totals:
    try:
        size, files, at = os.pread(descriptor, 100, 0).split()
        return Totals(int(size), int(files), float(at))
    except ValueError:
        return Totals()


def _write(descriptor: int, totals: Totals) -> None:
    text = f"{totals.bytes} {totals.files} {totals.at:.0f}\n".encode()
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text, 0)
