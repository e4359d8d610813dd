"""The sound of keys in the audio itself: it is no speech.

Telephones that send keys in-band put two tones on the line, one of four low frequencies and one of
four high ones (ITU-T Q.23); Asterisk reports the key, and may leave a rest of the sound.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LOW: Final = (697.0, 770.0, 852.0, 941.0)
HIGH: Final = (1209.0, 1336.0, 1477.0, 1633.0)
SHARE: Final = 0.75
"""The share of the sound that the two tones are at least: of voiced speech, hardly ever a half."""
TWIST: Final = 16.0
"""How much stronger one of the two may be than the other, in power (12 dB; Q.24 wants 8 dB of a
receiver)."""

Samples = NDArray[np.float32]


class KeyTones:
    """Finds the sound of keys in frames of one length."""

    def __init__(self, rate: int, samples: int) -> None:
        turns = 2 * np.pi * np.outer((*LOW, *HIGH), np.arange(samples)) / rate
        self._waves = np.concatenate([np.cos(turns), np.sin(turns)]).astype(np.float32)
        self._scale = 2.0 / samples

    def hears_one(self, frame: Samples, energy: float) -> bool:
        """Whether a frame is the sound of a key; ``energy`` is the sum of its squares."""
        parts = self._waves @ frame
        parts *= parts
        power = (parts[:8] + parts[8:]) * self._scale
        low, high = float(power[:4].max()), float(power[4:].max())
        if low + high < SHARE * energy:
            return False
        return low < TWIST * high and high < TWIST * low
