"""Hands what a caller says to whoever takes it, and holds no more of it than it should."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Final

logger = logging.getLogger("ivrkit.ari")

HELD: Final = 250
"""Pieces that wait at most, five seconds; the oldest are dropped for newer ones."""
PIECE: Final = 0.02
"""Seconds that a piece lasts."""
QUIET: Final = 0.3
"""Seconds without any piece until silence stands in for them: a telephone may send nothing while
nobody speaks, and then Asterisk has nothing to send either. What is only late comes before."""
LOOKS: Final = 0.1
"""Seconds between two looks whether anything comes."""
AT_ONCE: Final = 8
"""Pieces that are handed over in one turn of the loop: after a standstill there are many, of many
calls, and commands and keys shall pass between them."""


class Outlet:
    """The pieces of one tap, in order; whoever listens for the end of what is said gets silence
    where nothing comes. What the taker raises is its own affair: it is logged once, and the next
    piece is handed over all the same."""

    def __init__(
        self, tap: str, take: Callable[[bytes], None], rate: int = 8000, held: int = HELD
    ) -> None:
        self._tap = tap
        self._take = take
        self._silence = bytes(2 * int(rate * PIECE))
        self._until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._pieces: deque[bytes] = deque(maxlen=held)
        self._loop = asyncio.get_running_loop()
        self._due = False
        self._closed = False
        self._failed = False
        self.dropped = 0
        """Pieces that nobody has heard."""

    def begin(self) -> None:
        """From now on the taker hears something, be it silence."""
        if not self._closed and self._timer is None:
            self._until = self._loop.time()
            self._timer = self._loop.call_later(LOOKS, self._look)

    def put(self, piece: bytes) -> None:
        """A piece has come: 16-bit little-endian samples."""
        if piece and not self._closed:
            self._until = self._loop.time()
            self._append(piece)

    def end(self) -> None:
        """Nothing comes any more, though it is wanted: the taker learns it by an empty piece."""
        if not self._closed:
            self.close()
            self._give(b"")

    def close(self) -> None:
        """Nothing is handed over any more."""
        self._closed = True
        self._pieces.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        """Whether anything comes. A loop that has stood still knows nothing of that: what came
        meanwhile is still to be read."""
        now = self._loop.time()
        assert self._timer is not None, "it has called us"
        if now - self._timer.when() > LOOKS:
            self._until = now
        missing = round((now - self._until) / PIECE)
        if missing * PIECE >= QUIET:
            self._until += missing * PIECE
            for _ in range(missing):
                self._append(self._silence)
        self._timer = self._loop.call_later(LOOKS, self._look)

    def _append(self, piece: bytes) -> None:
        if len(self._pieces) == self._pieces.maxlen:
            if not self.dropped:
                logger.warning("what tap %s hears comes faster than it is taken", self._tap)
            self.dropped += 1
        self._pieces.append(piece)
        if not self._due:
            self._due = True
            self._loop.call_soon(self._hand_over)

    def _hand_over(self) -> None:
        self._due = False
        for _ in range(min(AT_ONCE, len(self._pieces))):
            if not self._pieces:  # closed by the taker itself
                return
            self._give(self._pieces.popleft())
        if self._pieces and not self._due:
            self._due = True
            self._loop.call_soon(self._hand_over)

    def _give(self, piece: bytes) -> None:
        try:
            self._take(piece)
        except Exception:
            if not self._failed:
                logger.exception("what tap %s hears could not be taken", self._tap)
            self._failed = True
