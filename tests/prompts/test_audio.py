from __future__ import annotations

import io
import struct
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.audio import Samples
from ivrkit.prompts.loudness import LEVEL, RATE, loudness


def tone(hertz: float, seconds: float, rate: int = RATE, amplitude: float = 0.2) -> Samples:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(
        np.float32
    )


def wav(samples: Samples, rate: int, width: int = 2, channels: int = 1) -> bytes:
    scale = {1: 127.0, 2: 32767.0, 4: 2147483392.0}[width]
    kind = {1: "u1", 2: "<i2", 4: "<i4"}[width]
    levels = np.repeat(samples[:, None], channels, axis=1) * scale + (128 if width == 1 else 0)
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(levels.round().astype(kind).tobytes())
    return target.getvalue()


@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_pcm_is_read(width: int, channels: int) -> None:
    told = tone(440, 0.1)
    samples, rate = audio.read(wav(told, 8000, width, channels))
    assert rate == 8000
    assert np.allclose(samples, told, atol=0.01)


def test_a_length_written_into_a_pipe_does_not_matter() -> None:
    sound = bytearray(wav(tone(440, 0.1, 22050), 22050))
    struct.pack_into("<I", sound, 4, 0x7FFFF024)
    struct.pack_into("<I", sound, 40, 0x7FFFF000)
    assert len(audio.read(bytes(sound))[0]) == 2205


@pytest.mark.parametrize("sound", [b"", b"RIFF", b"ID3 an mp3", wav(tone(440, 0.1), 8000)[:30]])
def test_what_is_no_sound_is_refused_with_the_cure(sound: bytes) -> None:
    with pytest.raises(PromptError, match=r"no sound file.*\.flac"):
        audio.read(sound)


@pytest.mark.parametrize(
    ("form", "subtype", "rate", "channels"),
    [
        ("FLAC", "PCM_24", 44100, 2),
        ("OGG", "VORBIS", 48000, 1),
        ("OGG", "OPUS", 48000, 2),
        ("MP3", "MPEG_LAYER_III", 22050, 1),
        ("WAV", "PCM_24", 16000, 1),
        ("WAV", "FLOAT", 96000, 2),
        ("AIFF", "PCM_16", 11025, 1),
    ],
)
def test_every_format_becomes_what_asterisk_plays(
    form: str, subtype: str, rate: int, channels: int
) -> None:
    target = io.BytesIO()
    told = np.repeat(tone(440, 1.0, rate)[:, None], channels, axis=1)
    soundfile.write(target, told, rate, format=form, subtype=subtype)
    samples, found = audio.read(audio.recording(target.getvalue()))
    assert found == RATE
    assert len(samples) / RATE == pytest.approx(1.0, abs=0.1)
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.argmax(spectrum) * RATE / len(samples) == pytest.approx(440, abs=3)


def test_a_recording_of_hours_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    target = io.BytesIO()
    soundfile.write(target, tone(440, 0.5), 8000, format="FLAC")
    monkeypatch.setattr(audio, "LONGEST", 0)
    with pytest.raises(PromptError, match="minutes"):
        audio.read(target.getvalue())


def test_a_few_samples_at_a_very_low_rate_are_hours_too() -> None:
    with pytest.raises(PromptError, match="more than 60 minutes"):
        audio.read(wav(tone(0.1, 1.0), 1))


@pytest.mark.parametrize("form", ["WAV", "FLAC"])
def test_more_samples_than_memory_are_refused_before_they_are_there(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "MOST_A_SECOND", 2)
    target = io.BytesIO()
    soundfile.write(target, np.zeros((1000, 8)), 192_000, format=form)
    with pytest.raises(PromptError, match=r"million samples.*one channel"):
        audio.read(target.getvalue())


def test_a_voice_speaks_no_longer_than_anybody_listens() -> None:
    with pytest.raises(PromptError, match="more than 15 minutes"):
        audio.speech(wav(tone(0.1, 1.0), 8))


def test_what_8_khz_cannot_carry_is_filtered() -> None:
    high = audio.resampled(tone(5000, 0.5, 22050), 22050)
    low = audio.resampled(tone(1000, 0.5, 22050), 22050)
    assert len(low) == 4000
    assert np.abs(high[500:-500]).max() < 0.001
    assert np.abs(low[500:-500]).max() == pytest.approx(0.2, rel=0.01)


def test_silence_at_the_ends_is_cut() -> None:
    samples = np.concatenate([np.zeros(4000), tone(440, 0.5), np.zeros(8000)]).astype(np.float32)
    cut = audio.trimmed(samples)
    assert len(cut) / RATE == pytest.approx(0.5 + 0.02 + 0.15, abs=0.005)


@pytest.mark.parametrize("amplitude", [0.02, 0.1, 0.5, 1.0])
@pytest.mark.parametrize("made", [audio.speech, audio.recording])
def test_voices_and_recordings_are_equally_loud(
    made: Callable[[bytes], bytes], amplitude: float
) -> None:
    pauses = np.zeros(8000, dtype=np.float32)
    told = np.concatenate(
        [tone(440, 1.0, amplitude=amplitude), pauses, tone(440, 1.0, amplitude=amplitude)]
    )
    level = loudness(audio.read(made(wav(told, 8000)))[0])
    assert level == pytest.approx(LEVEL, abs=0.5)


def test_silence_at_the_ends_of_a_recording_stays() -> None:
    told = np.concatenate([np.zeros(4000, dtype=np.float32), tone(440, 0.5)])
    samples, _ = audio.read(audio.recording(wav(told, 8000)))
    assert np.abs(samples[:3900]).max() == 0.0


def test_a_voice_that_is_silent_is_an_error() -> None:
    with pytest.raises(PromptError, match="silence"):
        audio.speech(wav(np.zeros(8000, dtype=np.float32), 8000))
    with pytest.raises(PromptError, match="silence"):
        audio.speech(wav(np.zeros(0, dtype=np.float32), 22050))


def test_what_is_written_is_for_asterisk(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    path.write_bytes(audio.silence(1.5))
    with wave.open(str(path)) as file:
        form = (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes())
    assert form == (1, 2, 8000, 12000)
    assert audio.seconds_of(path) == audio.seconds(path.read_bytes()) == 1.5


def test_files_are_joined() -> None:
    assert audio.seconds(audio.joined([audio.silence(0.5), audio.silence(0.25)])) == 0.75


def test_loud_samples_are_clipped_not_wrapped() -> None:
    samples = audio.read(audio.written(np.array([2.0, -2.0], dtype=np.float32)))[0]
    assert samples[0] > 0.99
    assert samples[1] < -0.99
