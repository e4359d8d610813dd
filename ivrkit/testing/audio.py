"""Ears: was this prompt in that recording, where, and how well?

A prompt is cut into windows of one second. Each is looked for in the recording by normalised
cross-correlation (1.0: the same but for its loudness; unrelated speech stays below 0.5), at the
best offset near where it must follow on the window before. Telephone codecs cost a few
hundredths.
"""

from __future__ import annotations

import math
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivrkit.errors import PromptError

RATE = 8000
"""Samples per second of a telephone line, to which everything is brought before it is compared."""

WINDOW = RATE  # one second
SLACK = RATE // 2
"""How far a window may be from where the one before ends: a stutter in the stream."""

PADDING = WINDOW
"""Silence put before and behind a recording, so that a window may hang over its edge."""

SILENCE = 1e-3
"""Root mean square (full scale 1.0) below which a window holds nothing to recognise."""

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """One window of a prompt as found in a recording."""

    start: float
    """Where it begins in the prompt, in seconds."""
    at: float
    """Where it fits best in the recording, in seconds."""
    score: float
    """How well it fits there, -1 to 1."""


def heard(recording: Path, prompt: Path) -> float:
    """How well the whole prompt is in the recording: the score of its worst window.

    0.8 and more is the prompt, complete and in one piece; below 0.5 it is something else, or a
    part is missing. Raises PromptError for files that are no 16-bit PCM wave files.
    """
    found = windows(recording, prompt)
    return min((window.score for window in found), default=0.0)


def heard_seconds(recording: Path, prompt: Path, least: float = 0.8) -> float:
    """How much of the prompt was heard from its beginning before it was cut, in seconds."""
    until = 0.0
    for window in windows(recording, prompt):
        if window.score < least:
            break
        until = window.start + WINDOW / RATE
    return min(until, len(read_wave(prompt)) / RATE)


def begins(recording: Path, prompt: Path) -> float:
    """Where the prompt begins in the recording, in seconds: to compare the order of two."""
    found = windows(recording, prompt)
    return found[0].at if found else math.inf


def windows(recording: Path, prompt: Path) -> list[Window]:
    """The windows of the prompt that are not silent, each where it fits best.

    The window that fits best of all anchors the prompt; from there on, each is looked for near
    where it must be if the prompt was played in one piece.
    """
    played = read_wave(prompt)
    line = read_wave(recording)
    starts = _starts(played)
    # A recording may lack the beginning or the end of a prompt: those count as silence.
    line = np.pad(line, PADDING)
    scores = [_correlate(line, played[start : start + WINDOW]) for start in starts]
    if not starts:
        return []
    anchor = max(range(len(starts)), key=lambda index: float(scores[index].max()))
    found = {anchor: (int(scores[anchor].argmax()), float(scores[anchor].max()))}
    later, earlier = range(anchor + 1, len(starts)), range(anchor - 1, -1, -1)
    for index, neighbour in [(at, at - 1) for at in later] + [(at, at + 1) for at in earlier]:
        shift = found[neighbour][0] - starts[neighbour]
        found[index] = _near(scores[index], starts[index] + shift)
    return [
        Window(start / RATE, (found[index][0] - PADDING) / RATE, found[index][1])
        for index, start in enumerate(starts)
    ]


def read_wave(file: Path) -> Samples:
    """The samples of a 16-bit PCM wave file, its channels mixed, at 8,000 per second.

    A file that is still being written is read as far as it goes.
    """
    data = file.read_bytes()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise PromptError(f"{file} is no wave file")
    rate = channels = 0
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = at + 8
        if name == b"fmt ":
            channels, rate = _format(file, data[body : body + 16])
        elif name == b"data":
            end = body + size if size and body + size <= len(data) else len(data)
            return _mono(data[body:end], channels, rate)
        at = body + size + size % 2
    raise PromptError(f"{file} holds no audio")


def write_wave(file: Path, samples: Samples) -> None:
    """Write samples (-1 to 1, 8,000 per second) as a wave file that Asterisk can play."""
    data = np.clip(samples * 32767, -32768, 32767).astype("<i2").tobytes()
    with wave.open(str(file), "wb") as output:
        output.setnchannels(1)
        output.setsampwidth(2)
        output.setframerate(RATE)
        output.writeframes(data)


def _format(file: Path, header: bytes) -> tuple[int, int]:
    kind, channels = (int.from_bytes(header[at : at + 2], "little") for at in (0, 2))
    bits = int.from_bytes(header[14:16], "little")
    if kind not in (1, 0xFFFE) or bits != 16 or not channels:
        raise PromptError(f"{file} is not 16-bit PCM")
    return channels, int.from_bytes(header[4:8], "little")


def _mono(data: bytes, channels: int, rate: int) -> Samples:
    frame = 2 * channels
    whole = np.frombuffer(data[: len(data) // frame * frame], dtype="<i2")
    mixed = whole.reshape(-1, channels).mean(axis=1) / 32768.0
    return mixed if rate == RATE else _resample(mixed, rate)


def _resample(samples: Samples, rate: int) -> Samples:
    """Bring to 8,000 samples per second in the frequency domain: exact for what a line carries."""
    length = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)
    kept = np.zeros(length // 2 + 1, dtype=complex)
    common = min(len(spectrum), len(kept))
    kept[:common] = spectrum[:common]
    resampled: Samples = np.fft.irfft(kept, n=length) * (RATE / rate)
    return resampled


def _starts(played: Samples) -> list[int]:
    """Where the windows of a prompt begin; the last one ends with it."""
    if len(played) <= WINDOW:
        starts = [0]
    else:
        starts = list(range(0, len(played) - WINDOW, WINDOW))
        starts.append(len(played) - WINDOW)
    return [start for start in starts if _loudness(played[start : start + WINDOW]) > SILENCE]


def _loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0


def _correlate(line: Samples, window: Samples) -> Samples:
    """The normalised cross-correlation of the window with the line at each offset."""
    size = 1 << (len(line) + len(window) - 1).bit_length()
    product = np.fft.rfft(line, size) * np.conj(np.fft.rfft(window, size))
    offsets = len(line) - len(window) + 1
    dots = np.fft.irfft(product, size)[:offsets]
    sums = np.concatenate(([0.0], np.cumsum(line**2)))
    energy = np.maximum(sums[len(window) :] - sums[: -len(window)], 0.0)[:offsets]
    quiet = energy < len(window) * SILENCE**2
    scale = np.sqrt(np.where(quiet, 1.0, energy) * np.sum(window**2))
    scores: Samples = np.where(quiet, 0.0, dots / scale)
    return scores


def _near(scores: Samples, expected: int) -> tuple[int, float]:
    """The best offset and its score in the neighbourhood of the expected one."""
    first = max(expected - SLACK, 0)
    stretch = scores[first : max(expected + SLACK, 0)]
    if not len(stretch):
        return expected, 0.0
    best = int(stretch.argmax())
    return first + best, float(stretch[best])
