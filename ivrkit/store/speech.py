"""Whether anybody says anything in a recording."""

from __future__ import annotations

import io
import wave

import numpy as np

from ivrkit.errors import StoreError

WINDOW = 0.02
"""Seconds that are judged together."""
LOUD = 256
"""Mean amplitude of 16-bit samples from which on a window is no silence: the one by which
Asterisk itself ends a recording (``silencethreshold`` in dsp.conf)."""
LEAST = 0.2
"""Seconds of sound that make a message; less is a click or a breath."""


def length(sound: bytes) -> float:
    """The length of a ``.wav`` file in seconds. Raises StoreError for what is none."""
    samples, rate = _samples(sound)
    return len(samples) / rate


def is_silent(sound: bytes) -> bool:
    """Whether a ``.wav`` file holds no speech. Raises StoreError for what is none."""
    samples, rate = _samples(sound)
    size = int(rate * WINDOW)
    whole = samples[: len(samples) // size * size].astype(np.float32).reshape(-1, size)
    loud = int(np.count_nonzero(np.abs(whole).mean(axis=1) >= LOUD)) if len(whole) else 0
    return loud * WINDOW < LEAST


def _samples(sound: bytes) -> tuple[np.ndarray[tuple[int], np.dtype[np.int16]], int]:
    try:
        with wave.open(io.BytesIO(sound)) as file:
            if (file.getsampwidth(), file.getnchannels()) != (2, 1):
                raise StoreError("a recording is not 16-bit PCM on one channel")
            frames = file.readframes(len(sound) // 2)
            return np.frombuffer(frames[: len(frames) // 2 * 2], np.int16), file.getframerate()
    except (wave.Error, EOFError) as error:
        raise StoreError(f"a recording is no .wav file: {error}") from None
