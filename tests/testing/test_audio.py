from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from ivrkit.errors import PromptError
from ivrkit.testing.audio import (
    RATE,
    Samples,
    begins,
    heard,
    heard_seconds,
    read_wave,
    windows,
    write_wave,
)


def speech(seed: int, seconds: float) -> Samples:
    """Noise in the band of a telephone, louder and softer like syllables."""
    random = np.random.default_rng(seed)
    spectrum = np.fft.rfft(random.normal(size=round(seconds * RATE)))
    frequencies = np.fft.rfftfreq(round(seconds * RATE), 1 / RATE)
    spectrum[(frequencies < 300) | (frequencies > 3000)] = 0
    noise = np.fft.irfft(spectrum, round(seconds * RATE))
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(len(noise)) / RATE)
    shaped: Samples = noise / np.abs(noise).max() * 0.5 * syllables
    return shaped


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "recording.wav", tmp_path / "prompt.wav"


def test_a_prompt_is_heard_at_its_place_however_loud(files: tuple[Path, Path]) -> None:
    recording, prompt = files
    said = speech(1, 3.4)
    write_wave(prompt, said)
    write_wave(recording, np.concatenate([silence(1.25), said * 0.3, silence(1)]))
    assert heard(recording, prompt) > 0.99
    assert begins(recording, prompt) == pytest.approx(1.25)


def test_another_prompt_is_not(files: tuple[Path, Path]) -> None:
    recording, prompt = files
    write_wave(prompt, speech(1, 3))
    write_wave(recording, speech(2, 8))
    assert heard(recording, prompt) < 0.5


def test_a_prompt_with_a_missing_middle_is_not(files: tuple[Path, Path]) -> None:
    recording, prompt = files
    said = speech(1, 5)
    write_wave(prompt, said)
    write_wave(recording, np.concatenate([said[: 2 * RATE], said[3 * RATE :]]))
    assert heard(recording, prompt) < 0.5


def test_a_stutter_of_the_stream_is_forgiven(files: tuple[Path, Path]) -> None:
    recording, prompt = files
    said = speech(1, 4)
    write_wave(prompt, said)
    write_wave(recording, np.concatenate([said[: 2 * RATE], silence(0.2), said[2 * RATE :]]))
    assert heard(recording, prompt) > 0.9


def test_the_first_of_two_ends_counts_when_a_prompt_is_cut(files: tuple[Path, Path]) -> None:
    recording, prompt = files
    said = speech(1, 5)
    write_wave(prompt, said)
    write_wave(recording, np.concatenate([silence(0.5), said[: round(2.3 * RATE)], silence(2)]))
    assert heard(recording, prompt) < 0.5
    assert heard_seconds(recording, prompt) == 2.0
    write_wave(recording, said)
    assert heard_seconds(recording, prompt) == 5.0


def test_a_pause_in_a_prompt_counts_as_heard(files: tuple[Path, Path]) -> None:
    recording, prompt = files
    said = np.concatenate([speech(1, 1), silence(2), speech(2, 2)])
    write_wave(prompt, said)
    write_wave(recording, said)
    assert heard_seconds(recording, prompt) == 5.0
    write_wave(recording, said[: 4 * RATE])
    assert heard_seconds(recording, prompt) == 4.0


def test_a_prompt_shorter_than_a_window_is_one(files: tuple[Path, Path]) -> None:
    recording, prompt = files
    said = speech(1, 0.4)
    write_wave(prompt, said)
    write_wave(recording, np.concatenate([speech(2, 2), said]))
    assert heard(recording, prompt) > 0.99
    assert len(windows(recording, prompt)) == 1


def test_an_empty_line_has_nothing(files: tuple[Path, Path]) -> None:
    recording, prompt = files
    write_wave(prompt, speech(1, 3))
    write_wave(recording, silence(0))
    assert heard(recording, prompt) == 0
    assert heard_seconds(recording, prompt) == 0


def test_a_silent_prompt_says_nothing_about_a_line(files: tuple[Path, Path]) -> None:
    recording, prompt = files
    write_wave(prompt, silence(2))
    write_wave(recording, speech(1, 3))
    assert heard(recording, prompt) == 0


def test_other_rates_and_channels_are_brought_to_the_line_s(files: tuple[Path, Path]) -> None:
    recording, prompt = files
    seconds = np.arange(2 * 22050) / 22050
    chirp = 0.5 * np.sin(2 * np.pi * (300 + 600 * seconds) * seconds)
    with wave.open(str(prompt), "wb") as output:
        output.setparams((2, 2, 22050, 0, "NONE", ""))
        output.writeframes(np.repeat((chirp * 32767).astype("<i2"), 2).tobytes())
    at_8000 = np.arange(2 * RATE) / RATE
    write_wave(recording, 0.5 * np.sin(2 * np.pi * (300 + 600 * at_8000) * at_8000))
    assert heard(recording, prompt) > 0.99


def test_a_file_that_is_still_written_is_read_as_far_as_it_goes(files: tuple[Path, Path]) -> None:
    recording, _ = files
    write_wave(recording, speech(1, 1))
    whole = bytearray(recording.read_bytes())
    whole[40:44] = bytes(4)  # the length is filled in at the end
    recording.write_bytes(bytes(whole[: len(whole) // 2]))
    assert len(read_wave(recording)) == (len(whole) // 2 - 44) // 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"ID3", "is no wave file"),
        (b"RIFF\0\0\0\0WAVE", "holds no audio"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x07\0\x01\0" + bytes(12), "is not 16-bit PCM"),
    ],
)
def test_other_files_are_refused_by_name(tmp_path: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(data)
    with pytest.raises(PromptError, match=f"x.wav {reason}"):
        read_wave(file)
