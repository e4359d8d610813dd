"""The recordings of a channel: each ends exactly once, whatever Asterisk forgets to say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from ivrkit.call.channel import RecordingForm
from ivrkit.channels.ari.generated.recordings import LiveRecording
from ivrkit.channels.ari.timings import Timings

logger = logging.getLogger("ivrkit.ari")

ANY_KEY = frozenset("0123456789*#")


class Running:
    """One recording that has not ended. ``by`` is what we know of its end already."""

    __slots__ = ("by", "form", "id", "timer")

    def __init__(self, recording: str, form: RecordingForm) -> None:
        self.id = recording
        self.form = form
        self.by = ""
        self.timer: asyncio.TimerHandle | None = None


class Recordings:
    """The running recordings of one channel.

    ``ended(recording, ok, by)`` is told of each end; ``ask`` gets a live recording from Asterisk
    (None when there is none of this name); ``suspect`` has one looked at.
    """

    def __init__(
        self,
        timings: Timings,
        ended: Callable[[str, bool, str], None],
        ask: Callable[[str], Awaitable[LiveRecording | None]],
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

    def begin(self, recording: str, form: RecordingForm) -> None:
        """Register a recording, before it is asked for."""
        running = self._running[recording] = Running(recording, form)
        self._watch(running, form.longest + self._timings.grace)

    def withdraw(self, recording: str) -> None:
        """Asterisk has refused it."""
        self._pop(recording)

    def key(self, key: str) -> str | None:
        """The recording that a key ends; the key is its own then. None when it ends none."""
        for running in self._running.values():
            if key in running.form.end_keys and not running.by:
                running.by = "key"
                return running.id
        return None

    def keys(self, recording: str) -> str:
        """The keys that end it."""
        return self._running[recording].form.end_keys

    def stopping(self, recording: str) -> None:
        """We are about to stop it."""
        running = self._running.get(recording)
        if running is not None:
            running.by = running.by or "stop"
            self._watch(running, self._timings.stopped)

    def finished(self, recording: LiveRecording) -> None:
        """Asterisk says that it has ended in good order."""
        running = self._pop(recording.name)
        if running is not None:
            self._ended(recording.name, True, running.by or _reason(recording, running.form))

    def failed(self, recording: LiveRecording) -> None:
        """Asterisk says that it could not be made."""
        if self._pop(recording.name) is not None:
            logger.warning("recording %s failed: %s", recording.name, recording.cause)
            self._ended(recording.name, False, "failed")

    def close(self) -> None:
        """The channel is gone; what was said until then is there."""
        for recording in self:
            self._pop(recording)
            self._ended(recording, True, "hangup")

    def forget(self) -> None:
        """Stop watching; nobody is told."""
        for recording in self:
            self._pop(recording)

    async def check(self, recording: str, by: str) -> None:
        """Ask Asterisk for a recording, and end it here when there it has ended."""
        known = await self._ask(recording)
        if known is None:
            # The answer may have overtaken the news of the end: that knows more than we do.
            await asyncio.sleep(self._timings.overtaken)
        running = self._running.get(recording)
        if running is None:
            return
        if known is not None:
            self._watch(running, self._timings.grace)
            return
        self._pop(recording)
        self._ended(recording, True, running.by or by)

    def _watch(self, running: Running, seconds: float) -> None:
        if running.timer is not None:
            running.timer.cancel()
        loop = asyncio.get_running_loop()
        running.timer = loop.call_later(seconds, self._late, running)

    def _late(self, running: Running) -> None:
        # Should the question itself fail, it is asked again.
        self._watch(running, self._timings.grace)
        self._suspect(running.id)

    def _pop(self, recording: str) -> Running | None:
        running = self._running.pop(recording, None)
        if running is not None and running.timer is not None:
            running.timer.cancel()
        return running


def _reason(recording: LiveRecording, form: RecordingForm) -> str:
    """Why Asterisk has ended it: it tells its length only, in whole seconds and without the
    silence that ended it."""
    if recording.duration >= int(form.longest):
        return "longest"
    return "silence" if form.end_silence else "end"


def terminator(keys: str) -> str:
    """What ARI's ``terminateOn`` can say of the keys that end a recording. The others are ended
    by us."""
    if keys in ("*", "#"):
        return keys
    return "any" if set(keys) >= ANY_KEY else "none"
