"""Waiting on the clock until something has happened."""

from __future__ import annotations

import asyncio

from ivrkit.call.clock import Clock


class News:
    """What one waits for and others bring. There is one who waits, and he looks for himself what
    has happened: what came before he waits is no news any more."""

    __slots__ = ("_come", "_woken")

    def __init__(self) -> None:
        self._come = False
        self._woken: asyncio.Future[None] | None = None

    def tell(self) -> None:
        """Something has happened."""
        self._come = True
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    async def wait(self, clock: Clock, until: float | None) -> bool:
        """Wait for it; False when the clock reaches that time first."""
        self._come = False
        self._woken = asyncio.get_running_loop().create_future()
        try:
            await clock.park(self._woken, until)
            return self._come
        finally:
            self._woken = None
