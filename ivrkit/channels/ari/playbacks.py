"""The playbacks of a channel: each ends exactly once, whatever Asterisk forgets to say.

Asterisk sends no end at all for some things that it cannot play, loses those that end while the
WebSocket is away, and calls a playback that was stopped ``done``. So each has a watchdog, and
remembers that it was stopped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from ivrkit.channels.ari.generated.playbacks import Playback
from ivrkit.channels.ari.timings import Timings

logger = logging.getLogger("ivrkit.ari")


class Running:
    """One playback that has not ended."""

    __slots__ = ("id", "seconds", "started", "stopped", "timer")

    def __init__(self, playback: str, seconds: float) -> None:
        self.id = playback
        self.seconds = seconds
        self.started = False
        self.stopped = False
        self.timer: asyncio.TimerHandle | None = None


class Playbacks:
    """The running playbacks of one channel.

    ``ended(playback, ok, by)`` is told of each end; ``ask`` gets a playback from Asterisk (None
    when it is unknown there); ``spawn`` runs the question apart from the reader of events.
    """

    def __init__(
        self,
        timings: Timings,
        ended: Callable[[str, bool, str], None],
        ask: Callable[[str], Awaitable[Playback | None]],
        suspect: Callable[[str], None],
    ) -> None:
        self._timings = timings
        self._ended = ended
        self._ask = ask
        self._suspect = suspect
        self._running: dict[str, Running] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._running))

    def __bool__(self) -> bool:
        return bool(self._running)

    def __contains__(self, playback: str) -> bool:
        return playback in self._running

    def begin(self, playback: str, seconds: float) -> None:
        """Register a playback, before it is asked for."""
        running = self._running[playback] = Running(playback, seconds)
        self._watch(running, self._timings.first)

    def withdraw(self, playback: str) -> None:
        """Asterisk has refused it: it never began, and does not end."""
        self._pop(playback)

    def started(self, playback: str) -> None:
        """Asterisk has begun with it, or with its next file."""
        running = self._running.get(playback)
        if running is not None and not running.started:
            running.started = True
            if not running.stopped:
                self._watch(running, running.seconds + self._timings.grace)

    def stopping(self, playback: str) -> None:
        """We are about to stop it."""
        running = self._running.get(playback)
        if running is not None:
            running.stopped = True
            self._watch(running, self._timings.stopped)

    def finished(self, playback: str, state: str) -> None:
        """Asterisk says that it has ended: ``done``, which covers stopped, or ``failed``."""
        running = self._pop(playback)
        if running is None:
            return
        if running.stopped:
            self._ended(playback, True, "stop")
        elif state == "failed":
            self._ended(playback, False, "failed")
        else:
            self._ended(playback, True, "end")

    def close(self) -> None:
        """The channel is gone, and what it played with it."""
        for playback in self:
            self._pop(playback)
            self._ended(playback, False, "failed")

    def forget(self) -> None:
        """Stop watching; nobody is told."""
        for playback in self:
            self._pop(playback)

    async def check(self, playback: str, by: str) -> None:
        """Ask Asterisk for a playback, and end it here when there it has ended. ``by`` says who
        found out: ``watchdog`` or ``gap``."""
        known = await self._ask(playback)
        if known is None:
            # The answer may have overtaken the news of the end: that knows more than we do.
            await asyncio.sleep(self._timings.overtaken)
        running = self._running.get(playback)
        if running is None:
            return
        if known is not None:
            running.started = running.started or known.state not in ("", "queued")
            wait = running.seconds if running.started and not running.stopped else 0.0
            self._watch(running, wait + self._timings.grace)
            return
        if by == "watchdog":
            logger.warning("Asterisk has not said how playback %s ended", playback)
        self._pop(playback)
        self._ended(playback, running.stopped, "stop" if running.stopped else by)

    def _watch(self, running: Running, seconds: float) -> None:
        if running.timer is not None:
            running.timer.cancel()
        loop = asyncio.get_running_loop()
        running.timer = loop.call_later(seconds, self._late, running)

    def _late(self, running: Running) -> None:
        # Should the question itself fail, it is asked again.
        self._watch(running, self._timings.grace)
        self._suspect(running.id)

    def _pop(self, playback: str) -> Running | None:
        running = self._running.pop(playback, None)
        if running is not None and running.timer is not None:
            running.timer.cancel()
        return running
