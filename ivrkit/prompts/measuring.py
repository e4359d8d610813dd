"""What is wrong with a recording, measured: rate, channels, clipping, silence, loudness."""

from __future__ import annotations

import math
from typing import Final

import msgspec
import numpy as np

from ivrkit.prompts import audio
from ivrkit.prompts.formats import Samples
from ivrkit.prompts.loudness import levelled, loudness

FULL: Final = 0.99
"""Part of full scale from which a sample counts as clipped where its neighbours are so too."""
RUN: Final = 3
"""So many of them, one behind the other, are no coincidence."""
_WINDOW: Final = 0.01
"""Seconds that are looked at together for silence."""
_SILENT: Final = 0.01
"""Below this part of the loudest window (-40 dB) one is silent: a quiet room stays below it."""
_CANCELLED: Final = 0.1
"""Below this part of their power, channels that are mixed have cancelled each other."""


class Measured(msgspec.Struct, frozen=True, array_like=True):
    """A recording as it was made.

    ``rate`` in Hz; ``seconds`` its length; ``level`` in LUFS (None: there is nothing to hear) and
    ``peak`` in dB of full scale; ``clipped`` counts the places where it is; ``front`` and
    ``behind`` are the seconds of silence at its ends. ``cancelled``: its channels are each
    other's opposite, so that a telephone hears nothing of them.
    """

    rate: int
    channels: int
    seconds: float
    level: float | None
    peak: float
    clipped: int
    front: float
    behind: float
    cancelled: bool = False


def measured(sound: bytes, suffix: str = "") -> tuple[Measured, Samples]:
    """The measures of a sound file, and its samples at 8 kHz. ``suffix`` is its ending. Raises
    PromptError for what nobody can read."""
    channels, rate = audio.channels_of(sound, suffix)
    mixed = audio.as_one(channels)
    samples = audio.resampled(mixed, rate)
    level = loudness(samples)
    highest = float(np.abs(channels).max(initial=0.0))
    front, behind = _silence(mixed, rate)
    found = Measured(
        rate=rate,
        channels=len(channels),
        seconds=round(len(mixed) / rate, 3),
        level=None if level is None else round(level, 1),
        peak=round(20 * math.log10(highest), 1) if highest else -math.inf,
        clipped=max((_clipped(each) for each in channels), default=0),
        front=front,
        behind=behind,
        cancelled=_cancelled(channels, mixed),
    )
    return found, samples


def converted(sound: bytes, suffix: str, target: float) -> tuple[Measured, bytes]:
    """The measures of a recording, and the recording as the telephone needs it, at ``target``
    LUFS. Raises PromptError."""
    found, samples = measured(sound, suffix)
    return found, audio.written(levelled(samples, target))


def _clipped(samples: Samples) -> int:
    """How many times the wave was cut off at the top."""
    full = np.abs(samples) >= FULL
    if not full.any():
        return 0
    edges = np.flatnonzero(np.diff(np.concatenate([[False], full, [False]]).astype(np.int8)))
    return int(np.count_nonzero(edges[1::2] - edges[::2] >= RUN))


def _silence(samples: Samples, rate: int) -> tuple[float, float]:
    """The seconds of silence at both ends; all of it twice, where there is nothing else."""
    size = max(1, round(rate * _WINDOW))
    windows = np.pad(samples, (0, -len(samples) % size)).reshape(-1, size)
    powers = np.sqrt(np.square(windows, dtype=np.float64).mean(axis=1))
    loud = np.flatnonzero(powers > max(_SILENT * powers.max(initial=0.0), 1e-5))
    if not len(loud):
        return (round(len(samples) / rate, 2),) * 2
    last = (int(loud[-1]) + 1) * size
    return (
        round(int(loud[0]) * size / rate, 2),
        round(max(0, len(samples) - last) / rate, 2),
    )


def _cancelled(channels: Samples, mixed: Samples) -> bool:
    if len(channels) < 2 or not len(mixed):
        return False
    apart = float(np.square(channels, dtype=np.float64).mean())
    together = float(np.square(mixed, dtype=np.float64).mean())
    return apart > 1e-8 and together < _CANCELLED * apart
