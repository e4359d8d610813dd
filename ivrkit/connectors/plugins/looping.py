"""A loop of their own for async functions: one that blocks it hurts its like, never the engine."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from ivrkit.errors import ConnectorError

GRACE: Final = 1.0
"""Seconds for a loop to answer before it counts as stuck."""


class PluginLoop:
    """An event loop in a thread, begun anew when what runs on it does not let go."""

    def __init__(self, name: str, grace: float = GRACE) -> None:
        self._name = name
        self._grace = grace
        self._running: _Loop | None = None
        self._left: list[_Loop] = []

    @property
    def stuck(self) -> int:
        """How many loops hang."""
        self._left = [each for each in self._left if each.thread.is_alive()]
        return len(self._left)

    async def run(self, make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """Run a coroutine on it, and wait. Who is cancelled cancels it."""
        loop = self._take()
        future = asyncio.run_coroutine_threadsafe(_made(make), loop.loop)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or not task.cancelling():  # it was not us who cancelled it
                raise ConnectorError("the plug-in was cancelled, and not by the call") from None
            loop.ask_for_a_sign()
            raise

    async def close(self) -> None:
        """End it: what still runs on it is cancelled, and what does not let go is left alone."""
        if self._running is not None:
            self._running.stop()
            await asyncio.to_thread(self._running.thread.join, self._grace)

    def _take(self) -> _Loop:
        if self._running is not None and self._running.is_stuck(self._grace):
            self._running.stop()
            self._left.append(self._running)
            self._running = None
        if self._running is None:
            self._running = _Loop(self._name)
        return self._running


class _Loop:
    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._awaited: float | None = None
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.thread.start()

    def ask_for_a_sign(self) -> None:
        """It should answer soon: it was told to stop something."""
        if self._awaited is None:
            self._awaited = time.monotonic()
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._lives)

    def is_stuck(self, grace: float) -> bool:
        """Whether it has not answered for so long."""
        since = self._awaited
        return since is not None and time.monotonic() - since > grace

    def stop(self) -> None:
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.loop.stop)

    def _lives(self) -> None:
        self._awaited = None

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
            left = asyncio.all_tasks(self.loop)
            for task in left:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        finally:
            self.loop.close()


async def _made(make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Made on the loop that runs it, so that one that never starts leaves nothing unawaited."""
    return await make()
