from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.formats import Samples
from ivrkit.prompts.loudness import loudness
from ivrkit.prompts.measuring import converted, measured
from tests.prompts.test_audio import tone, wav


def silent(seconds: float, rate: int = 8000) -> Samples:
    return np.zeros(round(seconds * rate), dtype=np.float32)


def test_a_good_recording() -> None:
    told = np.concatenate([silent(0.3, 44100), tone(440, 1.0, 44100), silent(0.5, 44100)])
    found, samples = measured(wav(told, 44100, channels=2))
    assert (found.rate, found.channels, found.clipped) == (44100, 2, 0)
    assert found.seconds == pytest.approx(1.8)
    assert (found.front, found.behind) == (pytest.approx(0.3), pytest.approx(0.5))
    assert found.peak == pytest.approx(-14, abs=0.1)
    assert found.level == pytest.approx(loudness(samples), abs=0.1)
    assert not found.cancelled


def test_what_is_cut_off_at_the_top_is_counted() -> None:
    loud = np.clip(tone(100, 0.1, amplitude=1.5), -1, 1)
    assert measured(wav(loud, 8000))[0].clipped == 20
    assert measured(wav(tone(100, 0.1, amplitude=0.98), 8000))[0].clipped == 0


def test_channels_that_cancel_each_other() -> None:
    told = tone(440, 0.5)
    target = io.BytesIO()
    soundfile.write(target, np.stack([told, -told], axis=1), 8000, format="FLAC")
    found, _ = measured(target.getvalue())
    assert found.cancelled
    assert found.channels == 2


@pytest.mark.parametrize("seconds", [0.0, 0.01, 2.0])
def test_nothing_to_hear(seconds: float) -> None:
    found, _ = measured(wav(silent(seconds), 8000))
    assert found.level is None
    assert found.front == found.behind == pytest.approx(seconds)


def test_no_sound_at_all_is_refused() -> None:
    with pytest.raises(PromptError, match="no sound file"):
        measured(b"MZ\x90")


def test_converted_is_measured_and_levelled() -> None:
    found, telephone = converted(wav(tone(440, 1.0, 16000, 0.01), 16000), "", -23.0)
    assert found.level == pytest.approx(-43.5, abs=0.2)
    assert loudness(audio.read(telephone)[0]) == pytest.approx(-23.0, abs=0.2)


@given(st.binary(max_size=400), st.sampled_from(["", ".wav", ".ulaw", ".sln16", ".gsm", ".mp3"]))
def test_whatever_a_file_holds_it_is_measured_or_refused(sound: bytes, suffix: str) -> None:
    try:
        found, _ = measured(sound, suffix)
    except PromptError:
        return
    assert found.rate > 0
    assert found.seconds >= 0
