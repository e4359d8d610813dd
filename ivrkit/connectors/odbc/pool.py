"""The lines of one source: those that are free, and those that were left behind."""

from __future__ import annotations

import asyncio
from typing import Final

from ivrkit.connectors.odbc.line import Line
from ivrkit.connectors.odbc.session import Source
from ivrkit.errors import ConnectionLost

END_SECONDS: Final = 1.0
"""How long the end of an engine waits for sessions to be closed."""
PATIENCE: Final = 0.5
"""Seconds for a line that was left behind to come back: as a rule it takes a few milliseconds."""


class Pool:
    """Lines of a source, opened when they are needed. At most ``size`` are in use or free.

    A line that was left while its thread was busy does not count: another may be opened in its
    place, and it comes back when its thread does. When ``size`` lines are left behind so, no other
    is opened: with a server that is mute for long, further requests fail after a moment.

    It belongs to one loop. Who takes lines sees to it that never more than ``size`` are taken (the
    guard of connectors, by ``at_once``).
    """

    def __init__(self, name: str, source: Source, size: int, keep: float) -> None:
        self._name = name
        self._source = source
        self._size = size
        self._keep = keep
        self._number = 0
        self._free: list[Line] = []
        self._taken: set[Line] = set()
        self._left: set[Line] = set()
        self._closed = False
        self._came_back = asyncio.Event()

    @property
    def figures(self) -> tuple[int, int, int]:
        """Lines that are taken, free, left behind."""
        return len(self._taken), len(self._free), len(self._left)

    async def take(self) -> Line:
        """A line, the one that was used last. Raises ConnectionLost when too many hang."""
        if not self._free and len(self._left) >= self._size:
            await self._one_back()
        if self._closed:
            raise ConnectionLost(f"{self._name} is closed")
        if self._free:
            line = self._free.pop()
        else:
            self._number += 1
            line = Line(f"{self._name} {self._number}", self._source, self._keep)
        self._taken.add(line)
        return line

    async def _one_back(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not self._free and len(self._left) >= self._size:
                    self._came_back.clear()
                    await self._came_back.wait()
        except TimeoutError:
            raise ConnectionLost(
                f"{len(self._left)} connections of {self._name} hang in requests that were given "
                "up",
                hint="the server, or the network to it, does not answer",
            ) from None

    def give_back(self, line: Line) -> None:
        """Its thread is idle again."""
        self._taken.discard(line)
        if self._closed or len(self._taken) + len(self._free) >= self._size:
            line.end()
        else:
            self._free.append(line)

    def leave(self, line: Line) -> None:
        """Nobody waits any more for what its thread does: stop that."""
        self._taken.discard(line)
        self._left.add(line)

        def back() -> None:
            self._left.discard(line)
            self.give_back(line)
            self._came_back.set()

        line.stop(back)

    def suspect(self) -> None:
        """A connection was lost: the others are looked at before they are used."""
        for line in self._free:
            line.suspect = True

    async def close(self) -> None:
        """Close what is free, now; what is taken or left behind, as soon as it comes back."""
        self._closed = True
        free, self._free = self._free, []
        for line in free:
            line.end()
        ends = [asyncio.to_thread(line.join, END_SECONDS) for line in free]
        await asyncio.gather(*ends)
