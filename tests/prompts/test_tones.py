from __future__ import annotations

import numpy as np
import pytest

from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.prompts.tones import TONES, sounding, tone


@pytest.mark.parametrize("name", sorted(TONES))
@pytest.mark.parametrize("seconds", [0.03, 1.0, 7.25])
def test_a_tone_lasts_as_long_as_asked(name: str, seconds: float) -> None:
    sound = sounding(name, seconds)
    assert audio.seconds(sound) == pytest.approx(seconds, abs=1e-4)
    assert 0 < np.abs(audio.read(sound)[0]).max() < 0.4


def loud(samples: audio.Samples, at: float) -> bool:
    around = samples[round(at * 8000) - 80 : round(at * 8000) + 80]
    return bool(np.abs(around).max() > 0.1)


def test_busy_has_its_cadence_and_frequency() -> None:
    samples = audio.read(sounding("busy", 4.0))[0]
    assert [loud(samples, at) for at in (0.25, 0.75, 1.25, 1.75, 3.25, 3.75)] == [
        True, False, True, False, True, False,
    ]  # fmt: skip
    spectrum = np.abs(np.fft.rfft(samples[:4000]))
    assert np.argmax(spectrum) * 2 == pytest.approx(425, abs=2)


def test_a_steady_tone_has_no_gap() -> None:
    samples = audio.read(sounding("dial", 3.0))[0]
    assert all(loud(samples, at) for at in (0.1, 0.99, 1.0, 1.01, 2.0, 2.9))


def test_special_information_has_three_steps() -> None:
    samples = audio.read(sounding("special_information", 1.0))[0]
    steps = [samples[start + 400 : start + 2240] for start in (0, 2640, 5280)]
    peaks = [np.argmax(np.abs(np.fft.rfft(step))) * 8000 / len(step) for step in steps]
    assert peaks == pytest.approx([950, 1400, 1800], abs=5)


def test_an_unknown_tone_is_named() -> None:
    with pytest.raises(PromptError, match="did you mean 'busy'"):
        tone("buzy")
