"""Folders that end with their owner: what a process that was killed has left behind, the next one
removes."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

_LOCK: Final = "owner.lock"


class OwnedFolder:
    """A new temporary folder, until :meth:`remove`. Its owner holds a lock (flock(2)), which the
    system lets go of when the owner dies, however it dies."""

    def __init__(self, prefix: str) -> None:
        _remove_stale(prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
        self._lock = (self.path / _LOCK).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Remove it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def _remove_stale(prefix: str) -> None:
    """Remove the folders of owners that were killed: nobody holds their lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        lock = folder / _LOCK
        if not lock.is_file() or lock.stat().st_uid != os.geteuid():
            continue
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(folder, ignore_errors=True)
