from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.prompts.loudness import LEVEL, PEAK, RATE, levelled, limited, loudness, true_peak
from tests.prompts.test_audio import tone


def speech_like(
    seconds: float, seed: int, level: float = 0.1
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Noise that comes and goes as words do, with a pause in it."""
    chance = np.random.default_rng(seed)
    count = round(seconds * RATE)
    noise = np.convolve(chance.uniform(-1, 1, count), np.ones(3), mode="same")
    words = np.clip(np.sin(2 * np.pi * 3 * np.arange(count) / RATE) + 0.4, 0, 1)
    words[count // 2 : count // 2 + count // 6] = 0
    return (level * noise * words / np.abs(noise).max()).astype(np.float32)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("level", [0.02, 0.3, 1.0])
def test_it_is_what_pyloudnorm_measures(seed: int, level: float) -> None:
    told = speech_like(1.7 + seed, seed, level)
    wanted = pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(told.astype(float))
    assert loudness(told) == pytest.approx(wanted, abs=0.1)


def test_a_full_tone_of_1_khz_is_at_minus_3() -> None:
    """As the standard says of 997 Hz at 0 dBFS in one channel."""
    assert loudness(tone(997, 3.0, amplitude=1.0)) == pytest.approx(-3.01, abs=0.25)


def test_long_ones_are_measured_in_pieces() -> None:
    told = speech_like(130, 1)
    wanted = pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(told.astype(float))
    assert loudness(told) == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize("seconds", [0.05, 0.15, 0.3, 0.399, 0.4, 0.5])
def test_short_ones_are_as_loud_as_long_ones(seconds: float) -> None:
    told = np.concatenate(
        [np.zeros(800), tone(440, seconds, amplitude=0.03), np.zeros(600)]
    ).astype(np.float32)
    alone = levelled(tone(440, 3.0, amplitude=0.03))
    assert np.abs(levelled(told)).max() == pytest.approx(np.abs(alone).max(), rel=0.5)
    assert loudness(np.zeros(100, dtype=np.float32)) is None
    assert loudness(np.zeros(0, dtype=np.float32)) is None


@pytest.mark.parametrize("target", [-30.0, -23.0, LEVEL])
def test_all_come_to_one_loudness(target: float) -> None:
    for seed in range(4):
        told = levelled(speech_like(3, seed, 0.05 * (seed + 1)), target)
        assert loudness(told) == pytest.approx(target, abs=0.6)
        assert true_peak(told) <= PEAK * 1.02


def test_peaks_between_the_samples_count() -> None:
    """A tone of a quarter of the rate, sampled beside its crests."""
    told = (np.sin(np.pi / 2 * np.arange(800) + np.pi / 4)).astype(np.float32)
    assert np.abs(told).max() == pytest.approx(0.707, abs=0.001)
    assert true_peak(told) == pytest.approx(1.0, abs=0.05)
    quieter = limited(told)
    fine = np.abs(soxr.resample(quieter, RATE, 8 * RATE, quality="VHQ"))[200:-200]
    assert fine.max() <= PEAK * 1.02


def test_noise_is_not_made_speech() -> None:
    quiet = tone(440, 1.0, amplitude=0.0005)
    assert np.abs(levelled(quiet)).max() < 0.02
    silent = np.zeros(8000, dtype=np.float32)
    assert levelled(silent) is silent


@given(st.lists(st.floats(-8, 8, width=32), min_size=1, max_size=400))
def test_the_limiter_lets_nothing_through_and_adds_nothing(values: list[float]) -> None:
    samples = np.array(values, dtype=np.float32)
    quieter = limited(samples)
    assert len(quieter) == len(samples)
    assert float(np.abs(quieter).max()) <= max(PEAK, 0) + 1e-5
    assert (np.abs(quieter) <= np.abs(samples) + 1e-6).all()
