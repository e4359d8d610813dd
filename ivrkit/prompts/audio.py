"""Sound as a telephone carries it: 8 kHz, mono, 16 bit, in ``.wav`` files.

Asterisk plays such a file under its name without the extension on every kind of channel. The
samples are numpy arrays of ``float32`` between -1 and 1; soxr filters what 8 kHz cannot carry
(plain interpolation would fold it back as noise).
"""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import soxr

from ivrkit.errors import PromptError

RATE = 8000
"""Samples a second."""
PEAK = 0.7
"""Where spoken texts are levelled to: 3 dB below full scale, so that no codec clips."""
_QUIET = 0.004
"""Below this part of the loudest sample (-48 dB) a beginning or end counts as silence."""
_BEFORE = RATE // 50
"""Samples of silence that stay in front (20 ms), so that no consonant is cut."""
_BEHIND = RATE * 3 // 20
"""Samples of silence that stay behind (150 ms): the breath before the next sentence."""
_WIDTHS = {1: "u1", 2: "<i2", 4: "<i4"}

Samples: TypeAlias = npt.NDArray[np.float32]


def read(sound: bytes) -> tuple[Samples, int]:
    """The samples of a PCM ``.wav`` (several channels become one), and their rate.

    A length field that is wrong, as in what a program writes into a pipe, does not matter.
    Raises PromptError for anything else than PCM of 8, 16 or 32 bits.
    """
    try:
        with wave.open(io.BytesIO(sound)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(len(sound))
    except (wave.Error, EOFError, struct.error) as error:
        raise PromptError(
            f"this is no .wav file that can be read: {error}", hint="save it as 16-bit PCM"
        ) from None
    kind = _WIDTHS.get(width)
    if kind is None or channels < 1 or rate < 1:
        raise PromptError(f"a .wav file of {8 * width} bits", hint="save it as 16-bit PCM")
    whole = len(frames) - len(frames) % (width * channels)
    raw: npt.NDArray[np.generic] = np.frombuffer(frames[:whole], kind)
    samples = raw.reshape(-1, channels).astype(np.float64).mean(axis=1)
    middle, scale = (128.0, 128.0) if width == 1 else (0.0, float(2 ** (8 * width - 1)))
    return ((samples - middle) / scale).astype(np.float32), rate


def resampled(samples: Samples, rate: int) -> Samples:
    """The samples at 8 kHz."""
    if rate == RATE or not len(samples):
        return samples
    return np.asarray(soxr.resample(samples, rate, RATE, quality="HQ"), dtype=np.float32)


def trimmed(samples: Samples) -> Samples:
    """Without the silence at both ends, but for 20 ms in front and 150 ms behind."""
    loud = np.flatnonzero(np.abs(samples) > _QUIET * float(np.abs(samples).max(initial=0.0)))
    if not len(loud):
        return samples[:0]
    return samples[max(0, int(loud[0]) - _BEFORE) : int(loud[-1]) + 1 + _BEHIND]


def levelled(samples: Samples) -> Samples:
    """As loud as all spoken texts: the loudest sample at :data:`PEAK`."""
    loudest = float(np.abs(samples).max(initial=0.0))
    return samples * np.float32(PEAK / loudest) if loudest > 0 else samples


def written(samples: Samples) -> bytes:
    """A ``.wav`` file of samples at 8 kHz."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1.0, 1.0) * 32767.0).round().astype("<i2").tobytes())
    return target.getvalue()


def speech(sound: bytes) -> bytes:
    """What a voice gave, for the telephone: 8 kHz, trimmed, levelled.

    Raises PromptError when it gave no sound at all.
    """
    samples = trimmed(resampled(*read(sound)))
    if not len(samples):
        raise PromptError("the voice gave nothing but silence")
    return written(levelled(samples))


def recording(sound: bytes) -> bytes:
    """A recording for the telephone: 8 kHz, otherwise as its makers want it."""
    return written(resampled(*read(sound)))


def joined(sounds: Iterable[bytes]) -> bytes:
    """Files that :func:`written` made, as one."""
    return written(np.concatenate([read(sound)[0] for sound in sounds]))


def silence(seconds: float) -> bytes:
    """A file of silence."""
    return written(np.zeros(round(seconds * RATE), dtype=np.float32))


def seconds(sound: bytes) -> float:
    """The length of a file that :func:`written` made."""
    return (len(sound) - 44) / (2 * RATE)


def seconds_of(path: Path) -> float:
    """The length of a stored file that :func:`written` made, from its size."""
    return max(0, path.stat().st_size - 44) / (2 * RATE)
