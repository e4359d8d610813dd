"""What the golden table of French cannot show: what is refused, that nothing is ambiguous, and
which keys a text announces."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import PromptError
from ivrkit.prompts.language import Languages
from ivrkit.prompts.languages.fr import LARGEST, French
from ivrkit.prompts.languages.fr_words import TEXT_WORDS
from ivrkit.prompts.words import Utterance

FR = French("EUR")


def said(utterance: Utterance) -> str:
    return FR.speech(utterance.words)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: FR.number(Decimal(LARGEST) + 1), "digits"),
        (lambda: FR.ordinal(LARGEST + 1), "beyond"),
        (lambda: FR.money(Decimal(1), "EUX"), "did you mean"),
        (lambda: FR.money(Decimal(1), ""), "write currency: EUR"),
        (lambda: FR.digits("12a"), "'a' is not a digit"),
        (lambda: FR.digits("12a", style="phone"), "'a' is not a digit"),
        (lambda: FR.digits(" "), "no digits"),
        (lambda: FR.digits(" ", style="phone"), "no digits"),
        (lambda: FR.spell(""), "nothing to spell"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_cure(call: object, complaint: str) -> None:
    assert callable(call)
    with pytest.raises(PromptError, match=complaint):
        call()


# A slow inverse, written from the rules of French and not from the code.
SMALL = """zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze
seize"""
ONES = {word: number for number, word in enumerate(SMALL.split())} | {
    "une": 1, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50,
    "soixante": 60,
}  # fmt: skip


def understood(text: str) -> int:
    """The number that somebody hears, below a milliard: "quatre" before "vingt" and a number before
    "cent" count them, "mille" and "million" count what stands before them."""
    words = text.replace("-", " ").split()
    sign = -1 if words[0] == "moins" else 1
    total = group = 0
    for word, before in zip(words, ["", *words[:-1]], strict=True):
        if word in ("vingt", "vingts") and before == "quatre":
            group += 76
        elif word in ONES:
            group += ONES[word]
        elif word in ("cent", "cents"):
            # "mille cent" has a hundred behind a thousand; "deux cents" counts hundreds.
            group = group * 100 or 100
        elif word == "mille":
            total, group = total + (group or 1) * 1000, 0
        elif word in ("million", "millions"):
            total, group = (total + group) * 10**6, 0
    return sign * (total + group)


@given(st.integers(-(10**9) + 1, 10**9 - 1) | st.integers(-2000, 2000))
def test_a_listener_understands_every_number(number: int) -> None:
    utterance = FR.number(Decimal(number))
    assert understood(said(utterance)) == number
    assert utterance.text == str(number)


@given(st.integers(0, LARGEST), st.sampled_from(["", "masculine", "feminine"]))
def test_every_number_has_words_without_holes(number: int, gender: str) -> None:
    words = FR.number(Decimal(number), gender).words
    assert all(word.text.strip() == word.text and word.sound for word in words)
    assert FR.ordinal(number + 1 if number < LARGEST else number, gender).words


ANNOUNCED = (
    ("Pour le solde, tapez 1.", "1"),
    ("Pour le solde, appuyez sur la touche 1. Pour une carte, appuyez sur 2.", "1 2"),
    ("Tapez 1 pour le solde, 2 pour une carte ou 3 pour réécouter.", "1 2 3"),
    ("Faites le un ou le deux.", "1 2"),
    ("Appuyez sur étoile.", "*"),
    ("puis terminez en appuyant sur la touche dièse", "#"),
    ("Terminez avec la touche dièse, puis tapez dièse.", "#"),
    ("Choisissez l'option 4.", "4"),
    ("En cas d'urgence, composez le 112.", ""),
    ("Tapez les 8 chiffres de votre compte.", ""),
    ("Vous avez 3 messages.", ""),
    ("Appuyez sur une touche.", ""),
)


@pytest.mark.parametrize(("text", "keys"), ANNOUNCED)
def test_announced_keys(text: str, keys: str) -> None:
    found = Languages().announced(text, "fr-CA")
    assert [each.keys for each in found] == keys.split()


def test_what_a_text_says_is_understood() -> None:
    assert TEXT_WORDS.digit_counts("Saisissez les 8 chiffres, ou quatre chiffres.") == [8, 4]
    assert TEXT_WORDS.says_delete("Votre message a été effacé.")
    assert not TEXT_WORDS.says_delete("Votre message est gardé.")
