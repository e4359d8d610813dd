"""Recordings in formats that do not say what they are, or that libsndfile does not read."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.formats import BY_FFMPEG, FORMATS, HEADERLESS, Samples
from ivrkit.prompts.loudness import RATE


def tone(rate: int, seconds: float = 1.0) -> Samples:
    times = np.arange(round(rate * seconds)) / rate
    return np.asarray(0.3 * np.sin(2 * np.pi * 440 * times), dtype=np.float32)


def assert_is_tone(recording: bytes) -> None:
    samples, rate = audio.read(recording)
    assert rate == RATE
    assert len(samples) / rate == pytest.approx(1.0, abs=0.15)
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.argmax(spectrum) * rate / len(samples) == pytest.approx(440, abs=5)


@pytest.mark.parametrize("suffix", HEADERLESS)
def test_asterisks_own_files_are_read_by_their_ending(suffix: str) -> None:
    form = HEADERLESS[suffix]
    target = io.BytesIO()
    endian = "LITTLE" if form.subtype == "PCM_16" else "FILE"
    soundfile.write(
        target, tone(form.rate), form.rate, format="RAW", subtype=form.subtype, endian=endian
    )
    assert_is_tone(audio.recording(target.getvalue(), suffix))


ENCODED = [
    (".m4a", "mp4", "aac", 44100, "stereo", "fltp"),
    (".aac", "adts", "aac", 22050, "mono", "fltp"),
    (".wma", "asf", "wmav2", 44100, "stereo", "fltp"),
    (".webm", "webm", "libopus", 48000, "stereo", "flt"),
    (".g722", "g722", "g722", 16000, "mono", "s16"),
]


@pytest.mark.parametrize(("suffix", "form", "codec", "rate", "layout", "kind"), ENCODED)
def test_what_telephones_and_phones_record_is_read(
    suffix: str, form: str, codec: str, rate: int, layout: str, kind: str
) -> None:
    assert_is_tone(audio.recording(encoded(form, codec, rate, layout, kind), suffix))


def encoded(form: str, codec: str, rate: int, layout: str, kind: str) -> bytes:
    told = tone(rate)
    planes = 2 if layout == "stereo" else 1
    if kind == "s16":
        raw = (told * 32767).astype(np.int16)[None, :]
    elif kind.endswith("p"):
        raw = np.tile(told, (planes, 1))
    else:
        raw = np.repeat(told, planes)[None, :]
    target = io.BytesIO()
    with av.open(target, "w", format=form) as file:
        stream = file.add_stream(codec, rate=rate)
        stream.layout = layout
        stream.bit_rate = 64000
        frame = av.AudioFrame.from_ndarray(raw, format=kind, layout=layout)
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    return target.getvalue()


@pytest.mark.parametrize("suffix", [each for each in BY_FFMPEG if each != ".g722"])
def test_a_broken_file_is_told_with_the_cure(suffix: str) -> None:
    with pytest.raises(PromptError, match=r"sound"):
        audio.read(b"this is no sound at all" * 3, suffix)


def test_a_recording_of_hours_is_refused_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = encoded("mp4", "aac", 44100, "stereo", "fltp")
    monkeypatch.setattr(audio, "LONGEST", 0.5)
    with pytest.raises(PromptError, match="minutes"):
        audio.read(sound, ".m4a")


@pytest.mark.parametrize(
    "text",
    [
        "ffconcat version 1.0\nfile other.wav\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother.wav\n#EXT-X-ENDLIST\n",
    ],
)
@pytest.mark.parametrize("suffix", BY_FFMPEG)
def test_a_file_that_names_another_one_opens_none(
    text: str, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundfile.write(tmp_path / "other.wav", tone(RATE), RATE)
    monkeypatch.chdir(tmp_path)
    try:
        samples, _ = audio.read(text.encode(), suffix)
    except PromptError:
        return
    assert len(samples) < RATE  # the text itself, as noise


def test_without_the_package_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(PromptError, match=r"ivrkit\[audio\]"):
        audio.read(b"", ".m4a")


def test_every_ending_is_there_once() -> None:
    assert len(FORMATS) == len(set(FORMATS))
