"""What wakes the writer's thread."""

from __future__ import annotations

import threading


class Bell:
    """Wakes one thread that waits: :class:`threading.Event` makes a lock for every time that
    somebody waits, in Python. One thread rings, one other waits."""

    __slots__ = ("_silent",)

    def __init__(self) -> None:
        self._silent = threading.Lock()
        self._silent.acquire()

    def ring(self) -> None:
        """Wake it; when nobody waits, whoever waits next does not wait."""
        if self._silent.locked():
            self._silent.release()

    def wait(self, seconds: float = -1.0) -> bool:
        """Until it rings, but no longer than so many seconds; False when it has not rung."""
        return self._silent.acquire(timeout=seconds)
