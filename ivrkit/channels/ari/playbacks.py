"""The playbacks of a channel: each ends exactly once, whatever Asterisk forgets to say.

Asterisk sends no end at all for some things that it cannot play, loses those that end while the
WebSocket is away, and calls a playback that was stopped ``done``. So each has a watchdog, and
remembers that it was stopped.
"""

from __future__ import annotations

import asyncio
import logging

from ivrkit.channels.ari.generated.playbacks import Playback
from ivrkit.channels.ari.watched import Running, Watched

NEARLY = 0.9
"""Of the length of what was played: the clocks of two processes and the lengths of files differ."""
logger = logging.getLogger("ivrkit.ari")


class RunningPlayback(Running):
    """One playback that has not ended."""

    __slots__ = ("began", "gapped", "seconds", "started", "stopped")

    def __init__(self, playback: str, seconds: float) -> None:
        super().__init__(playback)
        self.seconds = seconds
        self.began = asyncio.get_running_loop().time()
        self.started = False
        self.stopped = False
        self.gapped = False

    @property
    def was_played(self) -> bool:
        """Whether there was time enough for all of it."""
        return asyncio.get_running_loop().time() - self.began >= self.seconds * NEARLY


class Playbacks(Watched[RunningPlayback, Playback]):
    """The running playbacks of one channel."""

    def begin(self, playback: str, seconds: float) -> None:
        """Register a playback, before it is asked for."""
        self._running[playback] = RunningPlayback(playback, seconds)

    def taken(self, playback: str) -> None:
        """Asterisk has agreed to play it."""
        super().taken(playback)
        running = self._running.get(playback)
        if running is not None and not (running.started or running.stopped):
            self._watch(running, self._timings.first)

    async def has_begun(self, playback: str) -> bool:
        """Whether Asterisk plays it, or has played it, as far as one can know."""
        known = await self._ask(playback)
        running = self._running.get(playback)
        return running is None or running.started or known is not None

    def gap(self) -> None:
        """Nobody has listened for a while: of what ends in a gap, nothing is told."""
        for running in self._running.values():
            running.gapped = True

    def started(self, playback: str) -> None:
        """Asterisk has begun with it, or with its next file."""
        running = self._running.get(playback)
        if running is not None and not running.started:
            running.started = running.taken = True
            running.began = asyncio.get_running_loop().time()
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

    async def check(self, playback: str, by: str) -> None:
        """Ask Asterisk for a playback, and end it here when there it has ended. ``by`` says who
        found out: ``watchdog`` or ``gap``. What ended in a gap was played if it had the time."""
        running, known = await self._asked(playback)
        if running is None:
            return
        if known is not None:
            running.started = running.started or known.state not in ("", "queued")
            wait = running.seconds if running.started and not running.stopped else 0.0
            self._watch(running, wait + self._timings.grace)
            return
        by = "gap" if running.gapped else by
        if by == "watchdog":
            call = {"call": playback.partition(".")[0]}
            logger.warning("Asterisk has not said how playback %s ended", playback, extra=call)
        self._pop(playback)
        ok = running.stopped or (by == "gap" and running.was_played)
        self._ended(playback, ok, "stop" if running.stopped else by)
