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

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from ivrkit.errors import PromptError
from ivrkit.prompts.formats import BY_FFMPEG, HEADERLESS, Samples, by_ffmpeg, headerless
from ivrkit.prompts.loudness import LEVEL, RATE, levelled

LONGEST = 3600
"""Seconds of a recording: a file of a few bytes may claim to be years long."""
LONGEST_SPEECH = 900
"""Seconds of what a voice gives for one text."""
MOST_A_SECOND = 48_000
"""Samples for each of these seconds, of all channels together: a file of a few bytes may also claim
to have millions of them."""
_QUIET = 0.004
"""Below this part of the loudest sample (-48 dB) a beginning or end counts as silence."""
_BEFORE = RATE // 50
"""Samples of silence that stay in front (20 ms), so that no consonant is cut."""
_BEHIND = RATE * 3 // 20
"""Samples of silence that stay behind (150 ms): the breath before the next sentence."""
_WIDTHS = {1: "u1", 2: "<i2", 4: "<i4"}


def read(sound: bytes, suffix: str = "", longest: int | None = None) -> tuple[Samples, int]:
    """The samples of a sound file (several channels become one), and their rate. Raises
    PromptError for what nobody can read, and for more than ``longest`` seconds of it."""
    channels, rate = channels_of(sound, suffix, longest)
    return as_one(channels), rate


def as_one(channels: Samples) -> Samples:
    """The mean of channels: one row each."""
    return np.asarray(channels.mean(axis=0, dtype=np.float64), dtype=np.float32)


def channels_of(sound: bytes, suffix: str = "", longest: int | None = None) -> tuple[Samples, int]:
    """The samples of a sound file, one row for each channel, and their rate.

    PCM ``.wav`` files are read here: a length field that is wrong, as in what a program writes
    into a pipe, does not matter. All else (FLAC, Ogg, Opus, MP3, AIFF, ``.wav`` of 24 bits or
    floats …) is libsndfile's; where the file's ending says so, it is read as
    :mod:`ivrkit.prompts.formats` tells. Raises PromptError for what nobody can read, and for more
    than ``longest`` seconds of it (an hour).
    """
    most = LONGEST if longest is None else longest
    if suffix in HEADERLESS and not sound.startswith(b"RIFF"):
        samples, rate = headerless(sound, HEADERLESS[suffix])
        return samples[np.newaxis], rate
    if suffix in BY_FFMPEG:
        samples, rate = by_ffmpeg(sound, suffix, most, MOST_A_SECOND)
        return samples[np.newaxis], rate
    return _pcm(sound, most) or _decoded(sound, most)


def _check_size(frames: int, channels: int, rate: int, longest: int) -> None:
    """Raises PromptError for what would take all the memory. At a rate that is very low a few
    samples are hours, too."""
    if frames > longest * rate:
        raise PromptError(f"a recording of more than {longest // 60} minutes", hint="divide it")
    if frames * channels > longest * MOST_A_SECOND:
        raise PromptError(
            f"a recording of {frames * channels // 1_000_000} million samples",
            hint="save it with one channel and 8000 samples a second, or divide it",
        )


def _pcm(sound: bytes, longest: int) -> tuple[Samples, int] | None:
    """A ``.wav`` of 8, 16 or 32 bits PCM; None for anything else."""
    if not sound.startswith(b"RIFF"):
        return None
    try:
        with wave.open(io.BytesIO(sound)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(len(sound))
    except (wave.Error, EOFError, struct.error):
        return None
    kind = _WIDTHS.get(width)
    if kind is None or channels < 1 or rate < 1:
        return None
    whole = len(frames) - len(frames) % (width * channels)
    _check_size(whole // (width * channels), channels, rate, longest)
    raw: npt.NDArray[np.generic] = np.frombuffer(frames[:whole], kind)
    samples = raw.reshape(-1, channels).T.astype(np.float64)
    middle, scale = (128.0, 128.0) if width == 1 else (0.0, float(2 ** (8 * width - 1)))
    return ((samples - middle) / scale).astype(np.float32), rate


def _decoded(sound: bytes, longest: int) -> tuple[Samples, int]:
    try:
        with soundfile.SoundFile(io.BytesIO(sound)) as file:
            _check_size(file.frames, file.channels, file.samplerate, longest)
            samples = file.read(dtype="float32", always_2d=True)
            rate = int(file.samplerate)
    except (soundfile.SoundFileError, RuntimeError, OSError) as error:
        raise PromptError(
            f"this is no sound file that can be read: {str(error).rpartition(': ')[2]}",
            hint="save it as .wav, .flac, .ogg or .mp3",
        ) from None
    return np.ascontiguousarray(samples.T), rate


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


def written(samples: Samples) -> bytes:
    """A ``.wav`` file of samples at 8 kHz."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1.0, 1.0) * 32767.0).round().astype("<i2").tobytes())
    return target.getvalue()


def speech(sound: bytes, target: float = LEVEL) -> bytes:
    """What a voice gave, for the telephone: 8 kHz, trimmed, levelled to ``target`` LUFS.

    Raises PromptError when it gave no sound at all.
    """
    samples = trimmed(resampled(*read(sound, longest=LONGEST_SPEECH)))
    if not len(samples):
        raise PromptError("the voice gave nothing but silence")
    return written(levelled(samples, target))


def recording(sound: bytes, suffix: str = "", target: float = LEVEL) -> bytes:
    """A recording for the telephone: 8 kHz, levelled; silence at its ends is its makers' wish.
    ``suffix`` is the ending of its file. Raises PromptError for what cannot be read."""
    return written(levelled(resampled(*read(sound, suffix)), target))


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
