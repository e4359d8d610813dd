"""Whether a sound has a pitch: a voice has, breath, wind and coughs have none."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LOWEST, HIGHEST = 75.0, 400.0
"""Hz: of men's low voices, and of children's."""
PERIODIC: Final = 0.45
"""How like itself a voiced sound is, one period later (1: the same; noise stays below 0.3)."""

Samples = NDArray[np.float32]


class Pitch:
    """Listens for a pitch in frames of one line."""

    def __init__(self, rate: int, samples: int) -> None:
        self._before = np.zeros(samples, np.float32)
        self._size = 1 << (4 * samples - 1).bit_length()
        self._lags = slice(round(rate / HIGHEST), round(rate / LOWEST))

    def hears_one(self, frame: Samples) -> bool:
        """Whether this frame and the one before it have one."""
        both = np.concatenate([self._before, frame])
        self._before = frame
        spectrum = np.fft.rfft(both, self._size)
        likeness = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, self._size)
        if likeness[0] <= 0:
            return False
        # Less of the frames lies over one another, the longer the period is.
        overlap = 1 - np.arange(self._lags.start, self._lags.stop) / len(both)
        return bool((likeness[self._lags] / overlap).max() > PERIODIC * likeness[0])
