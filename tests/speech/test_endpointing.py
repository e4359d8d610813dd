"""Where speech begins and ends, in what callers send."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.speech.endpointing import Began, Ended, Endpointer, GoesOn, Piece
from ivrkit.speech.tones import KeyTones
from tests.speech.support import (
    Samples,
    click,
    cough,
    in_pieces,
    key,
    keys,
    noise,
    pcm,
    said,
    silence,
)

END_SILENCE = 0.8


def pieces(
    *sound: Samples, rate: int = 8000, longest: float = 10.0, at_once: float = 0.02
) -> list[Piece]:
    endpointer = Endpointer(rate, END_SILENCE, longest)
    audio = pcm(*sound)
    return [found for piece in in_pieces(audio, rate, at_once) for found in endpointer.feed(piece)]


def told(found: list[Piece]) -> list[str]:
    """What there is to tell: began, ended, cut."""
    names = {Began: "began", Ended: "ended"}
    return [
        "cut" if isinstance(each, Ended) and each.cut else names[type(each)]
        for each in found
        if not isinstance(each, GoesOn)
    ]


@pytest.mark.parametrize("voice", ["en-us", "en-us+f3", "en-us+m5", "de", "it", "ru"])
@pytest.mark.parametrize("word", ["six", "four", "two", "stop", "yes", "billing"])
def test_words_are_speech(word: str, voice: str) -> None:
    found = pieces(silence(0.5), said(word, voice=voice), silence(1.5))
    assert told(found) == ["began", "ended"]


@pytest.mark.parametrize("rate", [8000, 16000])
def test_both_rates_are_heard(rate: int) -> None:
    sound = silence(0.5, rate), said("main menu", rate), silence(1.5, rate)
    assert told(pieces(*sound, rate=rate)) == ["began", "ended"]


@pytest.mark.parametrize("loudness", [0.05, 0.2, 1.0])
def test_quiet_and_loud_callers_are_heard(loudness: float) -> None:
    found = pieces(silence(0.5), loudness * said("billing"), silence(1.5))
    assert told(found) == ["began", "ended"]


@pytest.mark.parametrize("loudness", [0.003, 0.01, 0.02])
def test_speech_is_found_in_noise(loudness: float) -> None:
    sound = np.concatenate([silence(0.7), said("billing"), silence(1.5)])
    found = pieces(sound + noise(len(sound) / 8000, loudness)[: len(sound)])
    assert told(found) == ["began", "ended"]


@pytest.mark.parametrize("loudness", [0.0, 0.003, 0.03, 0.1])
def test_noise_alone_is_no_speech(loudness: float) -> None:
    assert told(pieces(noise(8, loudness))) == []


@pytest.mark.parametrize("sound", [click, cough])
def test_clicks_and_coughs_are_no_speech(sound: Callable[[], Samples]) -> None:
    assert told(pieces(silence(0.5), sound(), silence(1.5))) == []


def test_clicks_in_a_row_are_no_speech() -> None:
    row = [each for _ in range(8) for each in (click(), silence(0.25))]
    assert told(pieces(silence(0.5), *row, silence(1))) == []


@pytest.mark.parametrize("name", list("0123456789*#ABCD"))
@pytest.mark.parametrize("rate", [8000, 16000])
def test_the_sound_of_a_key_is_no_speech(name: str, rate: int) -> None:
    sound = silence(0.5, rate), key(name, 0.4, rate=rate), silence(1, rate)
    assert told(pieces(*sound, rate=rate)) == []


@pytest.mark.parametrize("seconds", [0.045, 0.053, 0.1, 0.25])
def test_keys_typed_in_one_go_are_no_speech(seconds: float) -> None:
    typed = keys("1234567890*#", seconds)
    assert told(pieces(silence(0.5), typed, silence(1))) == []
    assert told(pieces(typed + noise(len(typed) / 8000, 0.01)[: len(typed)], silence(1))) == []


def test_keys_between_words_are_taken_out() -> None:
    found = pieces(silence(0.3), said("billing"), keys("5"), silence(1.5))
    assert told(found) == ["began", "ended"]
    heard = b"".join(each.pcm for each in found if not isinstance(each, Ended))
    tones = KeyTones(8000, 160)
    line = np.frombuffer(heard, "<i2").astype(np.float32)
    frames = [line[at : at + 160] for at in range(0, len(line) - 160, 80)]
    assert not any(tones.hears_one(each, max(1.0, float(each @ each))) for each in frames)


def test_speech_behind_a_key_is_heard() -> None:
    found = pieces(key("1"), silence(0.2), said("billing"), silence(1.5))
    assert told(found) == ["began", "ended"]


def test_the_first_sound_is_not_lost() -> None:
    """All of the word is in what begins and goes on: nothing before the detector was sure is
    missing."""
    word = said("six")
    found = pieces(silence(0.5), word, silence(1.5))
    heard = b"".join(each.pcm for each in found if not isinstance(each, Ended))
    given = np.frombuffer(pcm(word), "<i2").astype(np.float64)
    line = np.frombuffer(heard, "<i2").astype(np.float64)
    assert np.correlate(line, given).max() > 0.999 * float(given @ given)


def test_a_pause_within_speech_does_not_end_it() -> None:
    found = pieces(silence(0.3), said("one"), silence(0.2), said("two"), silence(1.2))
    assert told(found) == ["began", "ended"]


def test_a_longer_pause_does() -> None:
    found = pieces(silence(0.3), said("one"), silence(1.2), said("two"), silence(1.2))
    assert told(found) == ["began", "ended", "began", "ended"]


def test_what_takes_too_long_is_cut() -> None:
    long = said("one two three four five six seven eight nine zero")
    found = pieces(silence(0.3), long, long, silence(1.2), longest=2.0)
    assert told(found)[:2] == ["began", "cut"]
    assert told(found)[-1] == "ended"


@given(sizes=st.lists(st.integers(1, 4000), min_size=1, max_size=60))
def test_the_size_of_pieces_makes_no_difference(sizes: list[int]) -> None:
    audio = pcm(silence(0.3), said("billing"), silence(1.2))
    endpointer = Endpointer(8000, END_SILENCE, 10.0)
    found, at = [], 0
    for size in [*sizes, len(audio)]:
        found += endpointer.feed(audio[at : at + size])
        at += size
    assert found == pieces(silence(0.3), said("billing"), silence(1.2))
