"""Threads for functions that may block: the engine's loop goes on whatever they do."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any

Work = Callable[[], Any]
Done = Callable[[Any, BaseException | None], None]


def settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    """What came of the work, for who still waits for it."""
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


class _Thread:
    """Does one piece of work after the other. A daemon: one that hangs does not keep the engine
    from ending."""

    def __init__(self, name: str) -> None:
        self._work: queue.SimpleQueue[tuple[Work, Done] | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def give(self, work: Work, done: Done) -> None:
        self._work.put((work, done))

    def end(self) -> None:
        self._work.put(None)

    def _run(self) -> None:
        while (given := self._work.get()) is not None:
            work, done = given
            try:
                result = work()
            except BaseException as error:
                done(None, error)
            else:
                done(result, None)
            del given, work, done  # what it held is not kept until the next


class Threads:
    """Threads that are used again. ``stuck`` counts those that still work though nobody waits for
    them any more: Python cannot end a thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._idle: list[_Thread] = []
        self._stuck: set[_Thread] = set()
        self._closed = False

    @property
    def stuck(self) -> int:
        """How many hang."""
        return len(self._stuck)

    async def run(self, work: Work) -> Any:
        """Do it on a thread, and wait for it. Who is cancelled meanwhile leaves it to itself."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        thread = self._idle.pop() if self._idle else _Thread(self._name)

        def done(result: Any, error: BaseException | None) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody is there any more
                loop.call_soon_threadsafe(self._done, thread, future, result, error)

        thread.give(partial(copy_context().run, work), done)
        try:
            return await future
        except asyncio.CancelledError:
            if future.cancelled():
                self._stuck.add(thread)
            raise

    def close(self) -> None:
        """End those that do nothing; the others end with their work, or with the process."""
        self._closed = True
        while self._idle:
            self._idle.pop().end()

    def _done(
        self,
        thread: _Thread,
        future: asyncio.Future[Any],
        result: Any,
        error: BaseException | None,
    ) -> None:
        self._stuck.discard(thread)
        if self._closed:
            thread.end()
        else:
            self._idle.append(thread)
        settle(future, result, error)
