"""Where speech begins and where it ends.

A frame of 20 ms counts as voiced when WebRTC's voice activity detector says so, when it stands out
of the line's own noise, and when it is not the sound of a key. Speech begins with several such
frames in a short while (a click is none) of which some have a pitch (a breath has none), and ends
with silence.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, TypeAlias

import numpy as np

from ivrkit.speech.pitch import Pitch
from ivrkit.speech.tones import KeyTones, Samples

FRAME: Final = 0.02
"""Seconds of a frame; WebRTC's detector takes 10, 20 or 30 ms."""
PRE_ROLL: Final = 0.3
"""Seconds from before the first voiced frame that belong to it: soft beginnings (f, s, h)."""
WINDOW: Final = 10
BEGINS: Final = 7
"""So many voiced frames among so many begin speech: 140 ms. The detector itself makes up to 100 ms
of a click."""
PITCHED: Final = 3
"""So many of them have a pitch: what is whispered is not heard."""
GOES_ON_WINDOW: Final = 5
GOES_ON: Final = 3
"""So many voiced frames among so many are speech going on: a click in the silence is not."""
ABOVE_NOISE: Final = 6.0
"""How far speech stands out of the noise, in dB."""
QUIETEST: Final = -60.0
"""What no telephone line is quieter than, in dB below full scale (8-bit codecs)."""
NOISE_WINDOW: Final = 100
"""Frames in which the noise is the quietest one: nobody speaks 2 s without the shortest pause."""
AGGRESSIVENESS: Final = 2
"""Of WebRTC's detector, 0 to 3: 3 does not hear quiet speakers, 1 hears much noise."""

IsSpeech: TypeAlias = Callable[[bytes, int], bool]


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody begins to speak; ``pcm`` is how it began."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class GoesOn:
    """More of what is said."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """It is over; ``cut``: because it took too long."""

    cut: bool = False


Piece: TypeAlias = Began | GoesOn | Ended


def detector_problem() -> str:
    """Why there is no voice activity detector here; empty if there is."""
    if find_spec("webrtcvad") is None:
        return "the Python package webrtcvad is not installed (pip install 'ivrkit[speech]')"
    return ""


def detector() -> IsSpeech:
    """WebRTC's voice activity detector, for one line. It has a memory of its own."""
    from webrtcvad import Vad

    detect: IsSpeech = Vad(AGGRESSIVENESS).is_speech
    return detect


class Endpointer:
    """Listens to one line at ``rate`` samples a second. ``end_silence`` and ``longest`` are
    seconds."""

    def __init__(
        self,
        rate: int,
        end_silence: float,
        longest: float,
        is_speech: IsSpeech | None = None,
    ) -> None:
        samples = round(rate * FRAME)
        self._rate = rate
        self._is_speech = is_speech or detector()
        self._tones = KeyTones(rate, samples)
        self._pitch = Pitch(rate, samples)
        self._bytes = 2 * samples
        self._silence = b"\0" * self._bytes
        self._rest = b""
        self._end_frames = max(1, round(end_silence / FRAME))
        self._most_frames = max(self._end_frames, round(longest / FRAME))
        self._levels: deque[float] = deque(maxlen=NOISE_WINDOW)
        self._before: deque[bytes] = deque(maxlen=round(PRE_ROLL / FRAME) + WINDOW)
        self._voiced: deque[bool] = deque(maxlen=WINDOW)
        self._pitched: deque[bool] = deque(maxlen=WINDOW)
        # A frame waits for its successor: a tone begins and ends in the midst of frames.
        self._held = b""
        self._held_level = QUIETEST
        self._tone_before = self._tone_held = False
        self._frames = 0
        self._silent = 0
        self._speaks = False

    def feed(self, pcm: bytes) -> Iterator[Piece]:
        """What the next piece of audio, of any length, tells."""
        data = self._rest + pcm
        whole = len(data) // self._bytes * self._bytes
        self._rest = data[whole:]
        for at in range(0, whole, self._bytes):
            yield from self._take(data[at : at + self._bytes])

    # ---- inside --------------------------------------------------------------------------------

    def _take(self, frame: bytes) -> Iterator[Piece]:
        level, is_tone = self._looked_at(frame)
        if self._held:
            beside_tone = self._tone_before or self._tone_held or is_tone
            yield from self._judge(self._held, self._held_level, beside_tone)
        self._tone_before, self._tone_held = self._tone_held, is_tone
        self._held, self._held_level = frame, level

    def _looked_at(self, frame: bytes) -> tuple[float, bool]:
        """Its level in dB below full scale, and whether it is a tone."""
        samples = _samples(frame)
        energy = float(samples @ samples)
        mean = energy / (len(samples) * 32768.0**2)
        level = max(QUIETEST, 10 * math.log10(mean)) if mean > 0 else QUIETEST
        return level, level > QUIETEST and self._tones.hears_one(samples, energy)

    def _judge(self, frame: bytes, level: float, is_tone: bool) -> Iterator[Piece]:
        if is_tone:
            # Nobody is to hear it, the detector neither: it would hold on for a while.
            frame, level = self._silence, QUIETEST
        else:
            self._levels.append(level)
        loud = level > min(self._levels, default=QUIETEST) + ABOVE_NOISE
        voiced = self._is_speech(frame, self._rate) and loud
        self._voiced.append(voiced)
        if self._speaks:
            yield GoesOn(frame)
            yield from self._may_end()
            return
        self._before.append(frame)
        self._pitched.append(voiced and self._pitch.hears_one(_samples(frame)))
        if sum(self._voiced) >= BEGINS and sum(self._pitched) >= PITCHED:
            self._speaks = True
            self._frames = self._silent = 0
            yield Began(b"".join(self._before))
            self._before.clear()

    def _may_end(self) -> Iterator[Piece]:
        self._frames += 1
        recent = list(self._voiced)[-GOES_ON_WINDOW:]
        self._silent = 0 if sum(recent) >= GOES_ON else self._silent + 1
        cut = self._frames >= self._most_frames
        if cut or self._silent >= self._end_frames:
            self._speaks = False
            self._voiced.clear()
            self._pitched.clear()
            yield Ended(cut)


def _samples(frame: bytes) -> Samples:
    return np.frombuffer(frame, "<i2").astype(np.float32)
