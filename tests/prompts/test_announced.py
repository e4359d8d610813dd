"""Which keys a text announces."""

from __future__ import annotations

import pytest

from ivrkit.prompts.language import Languages

ENGLISH = (
    ("For balances, press 1.", "1"),
    ("For balances, press 1. For cards, press 2.", "1 2"),
    ("Press 1 for balances, 2 for cards, or 3 to hear this again.", "1 2 3"),
    ("For balances press 1, for cards, 2.", "1 2"),
    ("Press one or two.", "1 2"),
    ("Press 1, 2 or 3.", "1 2 3"),
    ("Press the hash key.", "#"),
    ("then press pound", "#"),
    ("Press star 2 to begin again.", "*2"),
    ("press *2", "*2"),
    ("press the number 7 now", "7"),
    ("To return press the star key or the 9 key", "* 9"),
    ("Select option 4.", "4"),
    ("For cards, dial 2.", "2"),
    ("If this is an emergency, hang up and dial 911.", ""),
    ("Press it 3 times.", ""),
    ("Press 4 digits.", ""),
    ("Press any key.", ""),
    ("We have 3 people waiting.", ""),
    ("Enter your 6 digit code.", ""),
    ("Press one of the keys.", ""),
    ("Welcome.", ""),
    ("", ""),
)


@pytest.mark.parametrize(("text", "keys"), ENGLISH)
def test_english(text: str, keys: str) -> None:
    found = Languages().announced(text, "en-GB")
    assert [each.keys for each in found] == keys.split()


def test_the_place_is_that_of_the_keys() -> None:
    text = "For balances, press star 2."
    (found,) = Languages().announced(text, "en")
    assert text[found.offset : found.offset + found.length] == "star 2"


def test_a_language_without_words_for_it_announces_nothing() -> None:
    assert Languages().announced("press 1", "tlh") == []
