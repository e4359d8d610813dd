"""How loud a sound is, and one loudness for all: ITU-R BS.1770-5 at the telephone's 8 kHz.

It is worked out here, and not by pyloudnorm, because that needs SciPy: 100 MB for two filters. The
tests compare the two.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from ivrkit.prompts.formats import Samples

RATE = 8000
"""Samples a second of all that is played."""
LEVEL = -20.0
"""What everything is levelled to where the settings say nothing else, in LUFS."""
PEAK = 0.7
"""The loudest that a sound gets, between its samples too: 3 dB below full scale, so that no codec
clips."""
MOST_GAIN = 30.0
"""How much a quiet recording is amplified at most (30 dB): noise is not made speech."""
BLOCK: Final = RATE * 2 // 5
"""The blocks that are measured: 400 ms."""
STEP: Final = RATE // 10
"""They overlap by three quarters."""
OVERSAMPLED: Final = 4
"""How often a sample is looked at for the peaks between them (Annex 2)."""
_LIMITING = RATE // 200
"""Samples in which the limiter turns down (5 ms)."""
_CHUNK: Final = 60 * RATE
"""What is filtered at once: an hour in one piece would take a gigabyte."""
_LEAD: Final = RATE // 4
"""Samples in front of a chunk in which the filters settle."""

Powers = npt.NDArray[np.float64]


def loudness(samples: Samples) -> float | None:
    """The loudness of speech at 8 kHz in LUFS, pauses left out; None where all is silent.

    The mean power of blocks of 400 ms behind the K-weighting, with its two gates (blocks below
    -70 LUFS, then those 10 LU below the mean of the others). What is shorter than one block is
    measured as one, without the silence at its ends: a digit would count as quiet because it is
    short.
    """
    powers = _powers(samples) if len(samples) >= BLOCK else _short(samples)
    powers = powers[powers > 10 ** ((-70 + 0.691) / 10)]
    if not len(powers):
        return None
    loud = powers[powers >= powers.mean() / 10]
    return float(10 * np.log10(loud.mean()) - 0.691)


def levelled(samples: Samples, target: float = LEVEL) -> Samples:
    """As loud as everything that is played: at ``target`` LUFS, no peak above :data:`PEAK`."""
    level = loudness(samples)
    if level is None:
        return samples
    gain = min(10 ** ((target - level) / 20), MOST_GAIN)
    return limited(samples * np.float32(gain))


def limited(samples: Samples) -> Samples:
    """Without peaks above :data:`PEAK`: the gain goes down before a peak and up behind it, each
    within 5 ms, so that nothing is clipped."""
    over = peaks(samples)
    if not len(samples) or float(over.max()) <= PEAK:
        return samples
    needed = np.minimum(1.0, PEAK / np.maximum(over, 1e-9))
    padded = np.pad(needed, 2 * _LIMITING, constant_values=1.0)
    least = np.lib.stride_tricks.sliding_window_view(padded, 2 * _LIMITING + 1).min(axis=1)
    smooth = np.ones(2 * _LIMITING + 1) / (2 * _LIMITING + 1)
    gain = np.convolve(least, smooth, mode="valid")
    return np.asarray(samples * gain, dtype=np.float32)


def peaks(samples: Samples) -> npt.NDArray[np.float32]:
    """The loudest there is at each sample and until the next, as a converter makes it of them."""
    here = np.abs(samples)
    if len(samples) < 2 or float(here.max()) <= PEAK / 4:  # no wave between is four times as high
        return here
    between = np.abs(soxr.resample(samples, RATE, OVERSAMPLED * RATE, quality="HQ"))
    whole = np.zeros(OVERSAMPLED * len(samples), dtype=np.float32)
    whole[: len(between)] = between[: len(whole)]
    behind = whole.reshape(-1, OVERSAMPLED).max(axis=1)
    before = np.concatenate([behind[:1], behind[:-1]])
    return np.asarray(np.maximum(here, np.maximum(behind, before)), dtype=np.float32)


def true_peak(samples: Samples) -> float:
    """The loudest there is, as a part of full scale."""
    return float(peaks(samples).max(initial=0.0))


def _powers(samples: Samples) -> Powers:
    squares = np.square(_weighted(samples))
    steps = squares[: len(squares) // STEP * STEP].reshape(-1, STEP).sum(axis=1)
    blocks = np.lib.stride_tricks.sliding_window_view(steps, BLOCK // STEP).sum(axis=1)
    return np.asarray(blocks / BLOCK, dtype=np.float64)


def _short(samples: Samples) -> Powers:
    loud = np.flatnonzero(np.abs(samples) > 0.05 * float(np.abs(samples).max(initial=0.0)))
    if not len(loud):
        return np.zeros(0)
    said = _weighted(samples)[int(loud[0]) : int(loud[-1]) + 1]
    return np.array([float(np.mean(np.square(said)))])


def _weighted(samples: Samples) -> npt.NDArray[np.float64]:
    """The samples behind the K-weighting."""
    found = np.empty(len(samples), dtype=np.float64)
    for start in range(0, len(samples), _CHUNK):
        lead = min(start, _LEAD)
        chunk = samples[start - lead : start + _CHUNK]
        size = 1 << (len(chunk) + _LEAD - 1).bit_length()
        filtered = np.fft.irfft(np.fft.rfft(chunk, size) * _response(size), size)
        found[start : start + len(chunk) - lead] = filtered[lead : len(chunk)]
    return found


@lru_cache(maxsize=4)
def _response(size: int) -> npt.NDArray[np.complex128]:
    """What the two filters of the K-weighting make of each frequency: a shelf of +4 dB above
    1.7 kHz, as of a head, and a high pass at 38 Hz.

    The analogue prototypes of the standard's coefficients (which are for 48 kHz), as libebur128
    has them, by the bilinear transform.
    """
    wave = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    shelf, quality = 3.999843853973347, 0.7071752369554196
    k = math.tan(math.pi * 1681.974450955533 / RATE)
    high, band = 10 ** (shelf / 20), (10 ** (shelf / 20)) ** 0.4996667741545416
    above = _biquad(
        wave,
        (high + band * k / quality + k * k, 2 * (k * k - high), high - band * k / quality + k * k),
        (1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k),
    )
    k, quality = math.tan(math.pi * 38.13547087602444 / RATE), 0.5003270373238773
    scale = 1 + k / quality + k * k
    below = _biquad(
        wave, (scale, -2 * scale, scale), (scale, 2 * (k * k - 1), 1 - k / quality + k * k)
    )
    return np.asarray(above * below, dtype=np.complex128)


def _biquad(
    wave: npt.NDArray[np.complex128],
    above: tuple[float, float, float],
    below: tuple[float, float, float],
) -> npt.NDArray[np.complex128]:
    def value(factors: tuple[float, float, float]) -> npt.NDArray[np.complex128]:
        return np.asarray(factors[0] + factors[1] * wave + factors[2] * wave * wave)

    return np.asarray(value(above) / value(below))
