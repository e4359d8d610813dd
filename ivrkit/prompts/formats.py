"""Which sound files are recordings, and how those are read that do not say what they are.

Asterisk's own files (``.ulaw``, ``.sln16``, ``.gsm``) have no header: their ending tells what is
in them. What libsndfile does not know (AAC, WMA, AMR, WebM) is FFmpeg's, by the package ``av``.
"""

from __future__ import annotations

import io
from types import ModuleType
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import soundfile

from ivrkit.errors import PromptError

Samples: TypeAlias = npt.NDArray[np.float32]


class Headerless(NamedTuple):
    """What stands in a file without a header: mono, little-endian."""

    subtype: str
    rate: int


_SLIN: Final = {
    f".sln{name}": Headerless("PCM_16", rate)
    for name, rate in (
        ("", 8000), ("12", 12000), ("16", 16000), ("24", 24000), ("32", 32000), ("44", 44100),
        ("48", 48000), ("96", 96000), ("192", 192000),
    )
}  # fmt: skip
HEADERLESS: Final = {
    **_SLIN,
    **dict.fromkeys((".ulaw", ".ul", ".mu", ".pcm"), Headerless("ULAW", 8000)),
    **dict.fromkeys((".alaw", ".al", ".alw"), Headerless("ALAW", 8000)),
    ".gsm": Headerless("GSM610", 8000),
}
"""Asterisk's own endings (its ``format_*`` modules)."""

_DEMUXERS: Final = {
    **dict.fromkeys((".m4a", ".mp4", ".3gp"), "mov"),
    **dict.fromkeys((".webm", ".mka"), "matroska"),
    ".aac": "aac",
    ".wma": "asf",
    ".amr": "amr",
    ".g722": "g722",
}
"""How FFmpeg reads a file, by its ending. Of those that look into a file for what it is, some (HLS,
concat, SDP) would open other files, and addresses, that it names."""
BY_FFMPEG: Final = tuple(_DEMUXERS)
"""What FFmpeg reads and libsndfile does not."""

FORMATS: Final = (
    ".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif", ".au", ".w64", ".caf",
    *HEADERLESS, *BY_FFMPEG,
)  # fmt: skip
"""The endings of sound files that are recordings; the first of several wins."""


def headerless(sound: bytes, form: Headerless) -> tuple[Samples, int]:
    """The samples of a file without a header, and their rate. Raises PromptError."""
    endian = "LITTLE" if form.subtype == "PCM_16" else "FILE"
    try:
        samples, rate = soundfile.read(
            io.BytesIO(sound),
            samplerate=form.rate,
            channels=1,
            format="RAW",
            subtype=form.subtype,
            endian=endian,
            dtype="float32",
        )
    except (soundfile.SoundFileError, RuntimeError, OSError) as error:
        raise PromptError(f"this is no {form.subtype} sound: {error}") from None
    return np.asarray(samples, dtype=np.float32), int(rate)


def by_ffmpeg(sound: bytes, suffix: str, longest: float, most: int) -> tuple[Samples, int]:
    """The samples of a file that FFmpeg knows, several channels made one, and their rate.

    Raises PromptError for what it cannot read, what lasts more than ``longest`` seconds (with
    ``most`` samples in each), and where the package ``av`` is not installed.
    """
    av = _av(suffix)
    pieces: list[npt.NDArray[Any]] = []
    rate, count = 0, 0
    try:
        with av.open(io.BytesIO(sound), format=_DEMUXERS[suffix]) as file:
            mono = av.AudioResampler(format="flt", layout="mono")
            for frame in file.decode(audio=0):
                for part in mono.resample(frame):
                    rate = int(part.sample_rate)
                    pieces.append(part.to_ndarray()[0])
                    count += len(pieces[-1])
                if count > longest * min(rate, most):
                    raise PromptError(
                        f"a recording of more than {longest / 60:g} minutes", hint="divide it"
                    )
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise PromptError(
            f"this is no sound file that can be read: {error}",
            hint="save it as .wav, .flac, .ogg or .mp3",
        ) from None
    if not pieces:
        raise PromptError("there is no sound in this file")
    return np.concatenate(pieces).astype(np.float32, copy=False), rate


def _av(suffix: str) -> ModuleType:
    try:
        import av
    except ImportError:
        raise PromptError(
            f"reading {suffix} files takes the package av",
            hint="install it with: pip install 'ivrkit[audio]', or save it as .wav, .flac or .mp3",
        ) from None
    return av
