"""The folder of one engine process inside the cache: what must not outlive it.

Each process locks a file beside its folder, and the lock dies with the process however it ends.
Who starts erases the folders whose lock nobody holds.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from pathlib import Path

from ivrkit.prompts import files

FOLDER = "own"
PRIVATE_MODE = 0o711
"""Others may open a file whose name they were told (random, or a digest of what was said), and
cannot list the names."""


class OwnFolder:
    """``dynamic`` holds sounds made of a call's data, ``private`` those that hold secrets."""

    def __init__(self, cache: Path) -> None:
        above = files.make_folder(cache / FOLDER)
        erase_leftovers(above)
        self._lock, self.path = _locked(above)
        self.dynamic = files.make_folder(self.path / "dynamic", PRIVATE_MODE)
        self.private = files.make_folder(self.path / "private", PRIVATE_MODE)

    def close(self) -> None:
        """Erase it."""
        if self._lock >= 0:
            _erase(self.path, self._lock)
            self._lock = -1


def erase_leftovers(above: Path) -> None:
    """Erase the folders of processes that are no more."""
    for lock in above.glob("*.lock"):
        try:
            descriptor = os.open(lock, os.O_RDWR)
        except OSError:
            continue
        if _take(descriptor, lock):
            _erase(lock.with_suffix(""), descriptor)
        else:
            os.close(descriptor)


def _locked(above: Path) -> tuple[int, Path]:
    while True:
        path = above / secrets.token_hex(8)
        lock = path.with_suffix(".lock")
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise files.unwritable(lock, error) from None
        if _take(descriptor, lock):
            return descriptor, files.make_folder(path)
        os.close(descriptor)  # somebody who starts just now took it for a leftover


def _take(descriptor: int, lock: Path) -> bool:
    """Lock the file, and see that it is still the one of that name."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(descriptor).st_ino == lock.stat().st_ino
    except OSError:
        return False


def _erase(path: Path, descriptor: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.with_suffix(".lock").unlink(missing_ok=True)
    os.close(descriptor)
