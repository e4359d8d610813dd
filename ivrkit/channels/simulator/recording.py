"""A recording of a simulated caller: a sound with noise where the caller speaks."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable

from ivrkit.call.channel import RecordingForm
from ivrkit.call.clock import Clock, Timer

RATE = 8000
_LOUD = (3000).to_bytes(2, "little", signed=True) + (-3000).to_bytes(2, "little", signed=True)


class SimulatedRecording:
    """One recording on its way. ``ended(by)`` is called once, by a timer or by whoever ends it.

    As in Asterisk the silence that ends it is cut off. A beep takes no time here.
    """

    def __init__(
        self, name: str, form: RecordingForm, clock: Clock, ended: Callable[[str], None]
    ) -> None:
        self.id = name
        self.form = form
        self._clock = clock
        self._ended = ended
        self._began = clock.time()
        self._speech: list[tuple[float, float]] = []
        self._longest = clock.at(self._began + form.longest, lambda: ended("longest"))
        self._silence: Timer | None = None
        self._await_silence(self._began)

    def speak(self, seconds: float) -> None:
        """The caller says something from now on, for so long."""
        now = self._clock.time()
        self._speech.append((now - self._began, now - self._began + seconds))
        self._await_silence(now + seconds)

    def stop(self, by: str) -> bytes:
        """It is over; gives what was recorded."""
        self._longest.cancel()
        if self._silence is not None:
            self._silence.cancel()
        length = self._clock.time() - self._began
        if by == "silence":
            length -= self.form.end_silence
        return _sound(length, self._speech)

    def _await_silence(self, since: float) -> None:
        if self._silence is not None:
            self._silence.cancel()
        if self.form.end_silence:
            when = since + self.form.end_silence
            self._silence = self._clock.at(when, lambda: self._ended("silence"))


def _sound(length: float, speech: list[tuple[float, float]]) -> bytes:
    """A ``.wav`` file of this length, silent but for the stretches of speech."""
    samples = bytearray(2 * round(max(0.0, length) * RATE))
    for begin, end in speech:
        first, last = 4 * round(begin * RATE / 2), 4 * round(min(end, length) * RATE / 2)
        if last > first:
            samples[first:last] = _LOUD * ((last - first) // 4)
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(samples))
    return target.getvalue()
