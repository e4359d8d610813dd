"""What the golden table of Italian cannot show: what is refused, that nothing is ambiguous, and
which keys a text announces."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import PromptError
from ivrkit.prompts.language import Languages
from ivrkit.prompts.languages.it import LARGEST, Italian
from ivrkit.prompts.languages.it_words import TEXT_WORDS
from ivrkit.prompts.words import Utterance

IT = Italian("EUR")


def said(utterance: Utterance) -> str:
    return IT.speech(utterance.words)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: IT.number(Decimal(LARGEST) + 1), "digits"),
        (lambda: IT.ordinal(LARGEST + 1), "beyond"),
        (lambda: IT.money(Decimal(1), "EUX"), "did you mean"),
        (lambda: IT.money(Decimal(1), ""), "write currency: EUR"),
        (lambda: IT.digits("12a"), "'a' is not a digit"),
        (lambda: IT.digits("12a", style="phone"), "'a' is not a digit"),
        (lambda: IT.digits(" "), "no digits"),
        (lambda: IT.digits(" ", style="phone"), "no digits"),
        (lambda: IT.spell(""), "nothing to spell"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_cure(call: object, complaint: str) -> None:
    assert callable(call)
    with pytest.raises(PromptError, match=complaint):
        call()


# A slow inverse, written from the rules of Italian and not from the code.
SMALL = """zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici
quattordici quindici sedici diciassette diciotto diciannove"""
ONES = {word: number for number, word in enumerate(SMALL.split())}
TENS = {
    word[:-1]: 10 * number
    for number, word in enumerate(
        ["venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"],
        start=2,
    )
}
GROUP = re.compile(
    rf"(?P<hundreds>(?P<count>{'|'.join(ONES)})?cento?)?"
    rf"(?:(?P<tens>{'|'.join(TENS)})[ia]?)?(?P<ones>{'|'.join(ONES)})?"
)


def group(text: str) -> int:
    """A number below a thousand."""
    found = GROUP.fullmatch(text)
    assert found, text
    hundreds = ONES[found["count"]] if found["count"] else int(found["hundreds"] is not None)
    return 100 * hundreds + TENS.get(found["tens"] or "", 0) + ONES.get(found["ones"] or "", 0)


def below_million(text: str) -> int:
    if text.startswith("mille"):
        return 1000 + group(text.removeprefix("mille"))
    thousands, _, rest = text.rpartition("mila")
    return 1000 * group(thousands) + group(rest)


def understood(text: str) -> int:
    """The number that somebody hears, below a million of milliards."""
    *words, last = text.replace("é", "e").split()
    sign = -1 if words and words[0] == "meno" else 1
    words = words[1:] if sign < 0 else words
    total = count = 0
    for word in [*words, last]:
        if word in ("milione", "milioni"):
            total, count = total + count * 10**6, 0
        elif word in ("miliardo", "miliardi"):
            total, count = (total + count) * 10**9, 0
        else:
            count = 1 if word == "un" else below_million(word)
    return sign * (total + count)


@given(st.integers(-(10**12) + 1, 10**12 - 1) | st.integers(-2000, 2000))
def test_a_listener_understands_every_number(number: int) -> None:
    utterance = IT.number(Decimal(number))
    assert understood(said(utterance)) == number
    assert utterance.text == str(number)


@given(st.integers(0, LARGEST), st.sampled_from(["", "masculine", "feminine"]))
def test_every_number_has_words_without_holes(number: int, gender: str) -> None:
    words = IT.number(Decimal(number), gender).words
    assert all(word.text.strip() == word.text and word.sound for word in words)
    place = said(IT.ordinal(max(number, 1), gender))
    assert place.endswith("a" if gender == "feminine" else "o")


ANNOUNCED = (
    ("Per il saldo, prema 1.", "1"),
    ("Per il saldo, prema il tasto 1. Per una carta, prema 2.", "1 2"),
    ("Prema 1 per il saldo, 2 per una carta o 3 per riascoltare.", "1 2 3"),
    ("Digiti uno oppure due.", "1 2"),
    ("Prema asterisco.", "*"),
    ("e poi prema il tasto cancelletto", "#"),
    ("Scelga l'opzione 4.", "4"),
    ("In caso di emergenza componga il 112.", ""),
    ("Digiti le 8 cifre del suo conto.", ""),
    ("Ha 3 messaggi.", ""),
    ("Prema un tasto.", ""),
)


@pytest.mark.parametrize(("text", "keys"), ANNOUNCED)
def test_announced_keys(text: str, keys: str) -> None:
    found = Languages().announced(text, "it-CH")
    assert [each.keys for each in found] == keys.split()


def test_what_a_text_says_is_understood() -> None:
    assert TEXT_WORDS.digit_counts("Digiti le 8 cifre, o quattro cifre.") == [8, 4]
    assert TEXT_WORDS.says_delete("Il messaggio è stato cancellato.")
    assert not TEXT_WORDS.says_delete("Il messaggio è conservato.")
