"""What goes on on a channel and ends exactly once, whatever Asterisk forgets to say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Generic, TypeVar

from ivrkit.channels.ari.timings import Timings


class Running:
    """One that has not ended. ``taken``: Asterisk has agreed to it; before that it may not know it
    yet, and that is no end."""

    __slots__ = ("id", "taken", "timer")

    def __init__(self, id_: str) -> None:
        self.id = id_
        self.taken = False
        self.timer: asyncio.TimerHandle | None = None


RunningT = TypeVar("RunningT", bound=Running)
AnswerT = TypeVar("AnswerT")


class Watched(Generic[RunningT, AnswerT]):
    """Those of one channel that run, by their ids.

    ``ended(id, ok, by)`` is told of each end; ``ask`` gets one from Asterisk (None when it is
    unknown there); ``suspect`` has one looked at, apart from the reader of events.
    """

    def __init__(
        self,
        timings: Timings,
        ended: Callable[[str, bool, str], None],
        ask: Callable[[str], Awaitable[AnswerT | None]],
        suspect: Callable[[str], None],
    ) -> None:
        self._timings = timings
        self._ended = ended
        self._ask = ask
        self._suspect = suspect
        self._running: dict[str, RunningT] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._running))

    def __bool__(self) -> bool:
        return bool(self._running)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._running

    def withdraw(self, id_: str) -> None:
        """Asterisk has refused it: it never began, and does not end."""
        self._pop(id_)

    def forget(self) -> None:
        """Stop watching; nobody is told."""
        for each in self:
            self._pop(each)

    async def _asked(self, id_: str) -> tuple[RunningT | None, AnswerT | None]:
        """What is known of it here, after Asterisk was asked, and what Asterisk knows. Of one that
        Asterisk had not agreed to when it was asked, nothing can be learnt."""
        running = self._running.get(id_)
        if running is None or not running.taken:
            return None, None
        known = await self._ask(id_)
        if known is None:
            # The answer may have overtaken the news of the end: that knows more than we do.
            await asyncio.sleep(self._timings.overtaken)
        return self._running.get(id_), known

    def taken(self, id_: str) -> None:
        """Asterisk has agreed to it."""
        running = self._running.get(id_)
        if running is not None:
            running.taken = True

    def _watch(self, running: RunningT, seconds: float) -> None:
        """Look at it when it has not ended by then."""
        if running.timer is not None:
            running.timer.cancel()
        loop = asyncio.get_running_loop()
        running.timer = loop.call_later(seconds, self._late, running)

    def _late(self, running: RunningT) -> None:
        # Should the question itself fail, it is asked again.
        self._watch(running, self._timings.grace)
        self._suspect(running.id)

    def _pop(self, id_: str) -> RunningT | None:
        running = self._running.pop(id_, None)
        if running is not None and running.timer is not None:
            running.timer.cancel()
        return running
