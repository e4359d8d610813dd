"""The recordings of a channel: each ends exactly once, whatever Asterisk forgets to say."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from ivrkit.call.channel import RecordingForm
from ivrkit.channels.ari.generated.recordings import LiveRecording
from ivrkit.channels.ari.timings import Timings
from ivrkit.channels.ari.watched import Running, Watched

logger = logging.getLogger("ivrkit.ari")

ANY_KEY = frozenset("0123456789*#")


class RunningRecording(Running):
    """One recording that has not ended. ``by`` is what we know of its end already."""

    __slots__ = ("by", "form")

    def __init__(self, recording: str, form: RecordingForm) -> None:
        super().__init__(recording)
        self.form = form
        self.by = ""


class Recordings(Watched[RunningRecording, LiveRecording]):
    """The running recordings of one channel. ``stop`` has Asterisk end one."""

    def __init__(
        self,
        timings: Timings,
        ended: Callable[[str, bool, str], None],
        ask: Callable[[str], Awaitable[LiveRecording | None]],
        suspect: Callable[[str], None],
        stop: Callable[[str], Awaitable[None]],
    ) -> None:
        super().__init__(timings, ended, ask, suspect)
        self._stop = stop

    def begin(self, recording: str, form: RecordingForm) -> None:
        """Register a recording, before it is asked for."""
        running = self._running[recording] = RunningRecording(recording, form)
        self._watch(running, form.longest + self._timings.grace)

    def key(self, key: str) -> str | None:
        """The recording that a key ends; the key is its own then. None when it ends none."""
        for running in self._running.values():
            if key in running.form.end_keys and not running.by:
                running.by = "key"
                # Asterisk itself ends it, but does not hear a key in the tone.
                self._watch(running, self._timings.stopped)
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
            # Said by the reader of events, whose lines belong to no call by themselves.
            call = {"call": recording.name.partition(".")[0]}
            logger.warning("recording %s failed: %s", recording.name, recording.cause, extra=call)
            self._ended(recording.name, False, "failed")

    def close(self) -> None:
        """The channel is gone; what was said until then is there."""
        for recording in self:
            self._pop(recording)
            self._ended(recording, True, "hangup")

    async def check(self, recording: str, by: str) -> None:
        """Ask Asterisk for a recording, and end it here when there it has ended. One that should
        have ended is stopped (once more)."""
        running, known = await self._asked(recording)
        if running is None:
            return
        if known is not None:
            self._watch(running, self._timings.stopped if running.by else self._timings.grace)
            if running.by:
                await self._stop(recording)
            return
        self._pop(recording)
        self._ended(recording, True, running.by or by)


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
