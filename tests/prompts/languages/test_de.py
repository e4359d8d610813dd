"""What the golden table of German cannot show: what is understood of texts, what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.prompts.languages.de import LARGEST, German

DE = German("EUR")

ANNOUNCED = (
    ("Für Ihren Kontostand, drücken Sie die 1.", "1"),
    ("Für Salden drücken Sie 1. Für Karten drücken Sie 2.", "1 2"),
    ("Drücken Sie die 1 für Salden, die 2 für Karten oder die 3 zum Wiederholen.", "1 2 3"),
    ("Wählen Sie bitte die Eins oder die Zwei.", "1 2"),
    ("Drücken Sie die Sterntaste.", "*"),
    ("Bestätigen Sie und drücken Sie dann die Raute-Taste.", "#"),
    ("Um zurückzugehen, drücken Sie * 9", "*9"),
    ("Im Notfall wählen Sie 112.", ""),
    ("Drücken Sie 3 Mal auf die Gabel.", ""),
    ("Sie haben 3 Nachrichten.", ""),
    ("Drücken Sie eine Taste.", ""),
)


@pytest.mark.parametrize(("text", "keys"), ANNOUNCED)
def test_announced_keys(text: str, keys: str) -> None:
    assert [each.keys for each in DE.announced(text)] == keys.split()


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Geben Sie Ihre 8-stellige Kontonummer ein.", [8]),
        ("Geben Sie Ihre vierstellige Geheimzahl ein.", [4]),
        ("Die Nummer hat 6 bis 12 Ziffern.", [12]),
        ("Sie haben 8 Nachrichten.", []),
    ],
)
def test_counts_of_digits(text: str, counts: list[int]) -> None:
    assert German.text_words is not None
    assert German.text_words.digit_counts(text) == counts


def test_words_for_deleting() -> None:
    assert German.text_words is not None
    assert German.text_words.says_delete("Ihre Nachricht wird gelöscht.")
    assert not German.text_words.says_delete("Ihre Nachricht wird gespeichert.")


SMALL = """null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn
fünfzehn sechzehn siebzehn achtzehn neunzehn"""
TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
SCALES = {"Million": 6, "Milliarde": 9, "Billion": 12, "Billiarde": 15}


def understood(text: str) -> int:
    """The number that somebody hears: a slow inverse, written from the rules of German."""
    total = left = 0
    for word in text.split():
        scale = next((power for name, power in SCALES.items() if word.startswith(name)), None)
        if scale is None:
            left = below_a_million(word)
        else:
            total, left = total + left * 10**scale, 0
    return total + left


def below_a_million(word: str) -> int:
    if word == "eine":
        return 1
    for name, size in (("tausend", 1000), ("hundert", 100)):
        if name in word:
            count, _, rest = word.partition(name)
            return below_a_million(count) * size + (below_a_million(rest) if rest else 0)
    ones, und, tens = word.partition("und")
    if und:
        return below_a_million(ones) + below_a_million(tens)
    return 1 if word == "ein" else numeral(word)


def numeral(word: str) -> int:
    small, tens = SMALL.split(), TENS.split()
    return small.index(word) if word in small else 10 * tens.index(word) + 20


@given(st.integers(0, LARGEST) | st.integers(0, 2000))
def test_a_listener_understands_every_number(number: int) -> None:
    assert understood(DE.speech(DE.number(Decimal(number)).words)) == number
