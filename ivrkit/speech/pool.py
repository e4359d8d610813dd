"""The threads on which recognisers work."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any, TypeVar

from ivrkit.workers.threads import Threads

T = TypeVar("T")


class Pool:
    """So many pieces of work at the same time; the others wait for their turn, in order. Who is
    cancelled while it works leaves the thread to itself, and another takes its place: a library
    that hangs costs one recognition, not the turn of the others."""

    def __init__(self, threads: int | None = None) -> None:
        self._turns = asyncio.Semaphore(threads or max(2, os.cpu_count() or 1))
        self._threads = Threads("ivrkit-speech")

    @property
    def stuck(self) -> int:
        """How many threads hang."""
        return self._threads.stuck

    async def run(self, work: Callable[[], T]) -> T:
        """Do it on a thread, and wait for it. What it raises is raised."""
        async with self._turns:
            done: Any = await self._threads.run(work)
        result: T = done
        return result

    def close(self) -> None:
        """No more work."""
        self._threads.close()
