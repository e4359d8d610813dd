"""What the golden table of English cannot show: what is refused, and that nothing is ambiguous."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import PromptError
from ivrkit.prompts.languages.en import LARGEST, English, cardinal
from ivrkit.prompts.words import Utterance, groups

EN = English("EUR")


def said(utterance: Utterance) -> str:
    return EN.speech(utterance.words)


def test_a_year_before_the_year_1000_is_a_number() -> None:
    assert said(EN.date(date(50, 1, 2))).endswith("second, fifty")


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: EN.number(Decimal(10) ** 18), "digits"),
        (lambda: EN.money(Decimal(1), "EUX"), "did you mean"),
        (lambda: EN.money(Decimal(1), ""), "write currency: EUR"),
        (lambda: EN.digits("12a"), "'a' is not a digit"),
        (lambda: EN.digits(" "), "no digits"),
        (lambda: EN.spell(""), "nothing to spell"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_cure(call: object, complaint: str) -> None:
    assert callable(call)
    with pytest.raises(PromptError, match=complaint):
        call()


# A slow inverse, written from the rules of English and not from the code.
SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen"""
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = {word: number for number, word in enumerate(SMALL.split())} | {
    word: 10 * number for number, word in enumerate(TENS.split(), start=2)
}
POWERS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15}


def understood(text: str) -> int:
    """The number that somebody hears."""
    words = text.replace("-", " ").split()
    sign = -1 if words[0] == "minus" else 1
    total = group = 0
    for word in words[1:] if sign < 0 else words:
        if word in ONES:
            group += ONES[word]
        elif word == "hundred":
            group *= 100
        else:
            total += group * 10 ** POWERS[word]
            group = 0
    return sign * (total + group)


@given(st.integers(-LARGEST, LARGEST) | st.integers(-2000, 2000))
def test_a_listener_understands_every_number(number: int) -> None:
    utterance = EN.number(Decimal(number))
    assert understood(said(utterance)) == number
    assert utterance.text == str(number)
    assert all(word.sound for word in utterance.words)


@given(st.integers(0, LARGEST))
def test_the_words_grow_in_order(number: int) -> None:
    """No word of a scale comes twice, and larger ones come first."""
    powers = [POWERS[word.text] for word in cardinal(number) if word.text in POWERS]
    assert powers == sorted(set(powers), reverse=True)


@given(st.text("0123456789", min_size=1, max_size=30), st.integers(0, 10))
def test_groups_lose_nothing(digits: str, size: int) -> None:
    parts = groups(digits, size)
    assert "".join(parts) == digits
    assert size or all(2 <= len(part) <= 4 for part in parts) or len(digits) == 1
