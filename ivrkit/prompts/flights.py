"""Two calls that need the same thing at the same time: it is made once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Flights(Generic[T]):
    """Work in progress by its key. A caller who gives up does not stop it for the others."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[T]] = {}

    async def once(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """The result of ``make``, shared by all who ask for the key until it is there."""
        task = self._running.get(key)
        if task is None:
            task = asyncio.ensure_future(_made(make))
            self._running[key] = task
            task.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Stop all work and wait until it has stopped."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _landed(self, key: str, done: asyncio.Task[T]) -> None:
        del self._running[key]
        if not done.cancelled():
            done.exception()  # looked at here, because everybody who waited may have given up


async def _made(make: Callable[[], Awaitable[T]]) -> T:
    return await make()
