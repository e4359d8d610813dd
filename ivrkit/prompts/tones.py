"""The tones of a telephone exchange, made as files: Asterisk's own cannot be stopped safely.

Frequencies and cadences are those that ITU-T E.180 recommends for new exchanges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ivrkit.errors import PromptError
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.prompts.audio import written
from ivrkit.prompts.formats import Samples
from ivrkit.prompts.loudness import RATE

LOUDNESS = 0.3
"""Of full scale, all frequencies of a tone together."""
_RAMP = RATE // 250
"""Samples over which a tone rises and falls (4 ms), so that it does not click."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Frequencies in hertz that sound together (none: silence), for so many seconds."""

    seconds: float
    hertz: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tone:
    """Bursts that repeat; ``length`` is how long it sounds if nothing else is said."""

    bursts: tuple[Burst, ...]
    length: float


TONES: Mapping[str, Tone] = {
    "beep": Tone((Burst(0.25, (1000,)),), 0.25),
    "busy": Tone((Burst(0.5, (425,)), Burst(0.5)), 4.0),
    "congestion": Tone((Burst(0.25, (425,)), Burst(0.25)), 4.0),
    "dial": Tone((Burst(1.0, (425,)),), 4.0),
    "ringback": Tone((Burst(1.0, (425,)), Burst(4.0)), 10.0),
    "special_information": Tone(
        (Burst(0.33, (950,)), Burst(0.33, (1400,)), Burst(0.33, (1800,)), Burst(1.0)), 3.98
    ),
    "waiting": Tone((Burst(0.2, (425,)), Burst(0.6), Burst(0.2, (425,)), Burst(3.0)), 4.0),
}
"""``beep`` (ours), and from E.180: ``busy``, ``congestion``, ``dial``, ``ringback``,
``special_information``, and ``waiting`` (a call is waiting)."""


def tone(name: str) -> Tone:
    """The tone of a name. Raises PromptError when there is none."""
    found = TONES.get(name)
    if found is None:
        raise PromptError(f"there is no tone '{name}'", hint=did_you_mean(name, TONES))
    return found


def sounding(name: str, seconds: float) -> bytes:
    """A ``.wav`` file of a tone, its cadence repeated until the time is over."""
    bursts = tone(name).bursts
    steady = len(bursts) == 1
    pieces: list[Samples] = []
    left = round(seconds * RATE)
    while left > 0:
        for burst in bursts:
            count = left if steady else min(left, round(burst.seconds * RATE))
            pieces.append(_burst(burst.hertz, count))
            left -= count
    return written(np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32))


def _burst(hertz: tuple[int, ...], count: int) -> Samples:
    samples = np.zeros(count, dtype=np.float32)
    time = np.arange(count) / RATE
    for frequency in hertz:
        samples += np.sin(2 * np.pi * frequency * time).astype(np.float32)
    ramp = min(_RAMP, count // 2)
    if hertz and ramp:
        edge = np.linspace(0, 1, ramp, dtype=np.float32)
        samples[:ramp] *= edge
        samples[-ramp:] *= edge[::-1]
    return samples * np.float32(LOUDNESS / max(1, len(hertz)))
