"""From the figures of a decoder to confidences."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.call.hearing import Hypothesis
from ivrkit.speech.readings import LONGEST_TEXT, Reading, calibrated, joined, normalised

READINGS = st.builds(
    Reading,
    st.sampled_from(["yes", "no", "no no", "", "[unk]", "[unk] yes"]),
    st.floats(-1e5, 1e5),
    st.floats(0, 60),
)


def known(text: str) -> list[str]:
    return [word for word in text.split() if word != "[unk]"]


def test_a_text_that_fits_is_sure_and_one_that_does_not_is_nothing() -> None:
    (fits,) = normalised([Reading("yes", 60.0, 1.2)])
    assert fits.text == "yes"
    assert fits.confidence > 0.99
    assert normalised([Reading("yes", -60.0, 1.2)]) == ()


def test_readings_that_fit_alike_share_their_confidence() -> None:
    first, second = normalised([Reading("one", 60.0, 1.0), Reading("nine", 60.0, 1.0)])
    assert first.confidence == second.confidence == pytest.approx(0.5, abs=0.01)


def test_the_likeliest_is_first() -> None:
    found = normalised([Reading("nine", 58.0, 1.0), Reading("one", 60.0, 1.0)])
    assert [each.text for each in found] == ["one", "nine"]


def test_words_that_were_not_understood_make_it_less_sure() -> None:
    (found,) = normalised([Reading("[unk] billing", 60.0, 1.0)], known)
    assert found.text == "billing"
    assert found.confidence == pytest.approx(0.7, abs=0.01)
    assert normalised([Reading("[unk]", 60.0, 1.0)], known) == ()


def test_a_text_stands_in_the_list_once() -> None:
    found = normalised([Reading("yes", 60.0, 1.0), Reading("[unk] yes", 60.0, 1.0)], known)
    assert [each.text for each in found] == ["yes"]


def test_parts_are_joined_in_every_way() -> None:
    parts = [
        [Reading("one", 10.0, 1.0), Reading("nine", 9.0, 1.0)],
        [Reading("two", 5.0, 0.5), Reading("to", 3.0, 0.5)],
    ]
    whole = joined(parts)
    assert [each.text for each in whole] == ["one two", "nine two", "one to", "nine to"]
    assert whole[0] == Reading("one two", 15.0, 1.5)


def test_nothing_is_nothing() -> None:
    assert normalised(joined([])) == ()
    assert normalised([]) == ()


@given(st.lists(READINGS, max_size=8))
def test_confidences_lie_between_0_and_1_and_fall(readings: list[Reading]) -> None:
    found = [each.confidence for each in normalised(readings, known)]
    assert all(0 <= each <= 1 for each in found)
    assert found == sorted(found, reverse=True)
    assert sum(found) <= 1.001


@given(st.floats(0, 1), st.floats(0.05, 0.95))
def test_calibrated_confidences_lie_between_0_and_1(confidence: float, even: float) -> None:
    (found,) = calibrated([Hypothesis("yes", confidence)], even)
    assert 0 <= found.confidence <= 1
    assert (found.confidence >= 0.5) == (confidence >= even)


def test_what_is_even_is_a_half() -> None:
    (found,) = calibrated([Hypothesis("yes", 0.6)], 0.6)
    assert found.confidence == 0.5


@pytest.mark.parametrize(
    ("given", "told"), [(math.nan, 0.0), (math.inf, 1.0), (-math.inf, 0.0), (1.01, 1.0), (-1, 0.0)]
)
def test_what_is_no_confidence_is_none(given: float, told: float) -> None:
    (found,) = calibrated((Hypothesis("a", given),), 0.5)
    assert found.confidence == told


def test_a_reading_holds_what_a_call_can_keep() -> None:
    (found,) = calibrated((Hypothesis("a\ud800\x00b\n" + "x" * 20_000, 1.0),), 0.5)
    assert found.text[:6] == "a  b x"
    assert len(found.text) == LONGEST_TEXT
