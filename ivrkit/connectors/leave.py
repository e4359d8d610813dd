"""What a function on a thread is told when nobody waits for it any more."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from ivrkit.connectors.connector import Attempt
from ivrkit.errors import ConnectorTimeout


@dataclass(slots=True)
class Leave:
    """Whether the thread may go on, asked by it; said by the loop. What is left behind before it
    may have had an effect will have none."""

    attempt: Attempt
    _stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def stop(self) -> None:
        """Nobody waits any more."""
        with self._lock:
            self._stopped.set()

    def needed(self, within: float = 0.0) -> None:
        """Raises ConnectorTimeout when nobody waits any more, now or ``within`` so many seconds,
        for which it waits."""
        if self._stopped.wait(within):
            raise ConnectorTimeout("nobody waits any more")

    def point_of_no_return(self) -> None:
        """What comes next has an effect. Raises ConnectorTimeout when nobody waits any more: it
        is one or the other, never both."""
        with self._lock:
            if self._stopped.is_set():
                raise ConnectorTimeout("nobody waits any more")
            self.attempt.sent = True
