"""What the golden table of Spanish cannot show: what is refused, that nothing is ambiguous, and
which keys a text announces."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import PromptError
from ivrkit.prompts.language import Languages
from ivrkit.prompts.languages.es import LARGEST, Spanish, cardinal
from ivrkit.prompts.languages.es_words import TEXT_WORDS
from ivrkit.prompts.words import Utterance

ES = Spanish("EUR")


def said(utterance: Utterance) -> str:
    return ES.speech(utterance.words)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: ES.number(Decimal(LARGEST) + 1), "digits"),
        (lambda: ES.money(Decimal(1), "EUX"), "did you mean"),
        (lambda: Spanish().money(Decimal(1), ""), "write currency: EUR"),
        (lambda: ES.digits("12a"), "'a' is not a digit"),
        (lambda: ES.digits("12a", style="phone"), "'a' is not a digit"),
        (lambda: ES.digits(""), "no digits"),
        (lambda: ES.digits(" ", style="phone"), "no digits"),
        (lambda: ES.spell(""), "nothing to spell"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_cure(call: object, complaint: str) -> None:
    assert callable(call)
    with pytest.raises(PromptError, match=complaint):
        call()


# A slow inverse, written from the rules of Spanish and not from the code.
SMALL = """cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince
dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro
veinticinco veintiséis veintisiete veintiocho veintinueve"""
TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa"
HUNDREDS = """ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos
ochocientos novecientos"""
ONES = (
    {word: number for number, word in enumerate(SMALL.split())}
    | {word: 10 * number for number, word in enumerate(TENS.split(), start=3)}
    | {word: 100 * number for number, word in enumerate(HUNDREDS.split(), start=1)}
    | {"cien": 100, "un": 1, "una": 1, "veintiún": 21, "veintiuna": 21, "y": 0}
)
POWERS = {"millón": 6, "millones": 6, "billón": 12, "billones": 12}


def understood(text: str) -> int:
    """The number that somebody hears."""
    words = text.split()
    sign = -1 if words[0] == "menos" else 1
    total = group = 0
    for word in words[1:] if sign < 0 else words:
        word = word[:-2] + "os" if word.endswith("cientas") or word == "quinientas" else word
        if word in ONES:
            group += ONES[word]
        elif word == "mil":
            # "dos mil uno": what stands before counts thousands; "un millón mil" has one.
            thousands = group % 1000 or 1
            group = group - group % 1000 + thousands * 1000
        else:
            total += group * 10 ** POWERS[word]
            group = 0
    return sign * (total + group)


@given(st.integers(-LARGEST, LARGEST) | st.integers(-2000, 2000))
def test_a_listener_understands_every_number(number: int) -> None:
    for gender in ("", "masculine", "feminine"):
        utterance = ES.number(Decimal(number), gender)
        assert understood(said(utterance)) == number
        assert utterance.text == str(number)


@given(st.integers(0, LARGEST))
def test_every_number_has_words_without_holes(number: int) -> None:
    for feminine in (True, False):
        words = cardinal(number, noun=True, feminine=feminine)
        assert words
        assert all(word.text.strip() == word.text and word.sound for word in words)


ANNOUNCED = (
    ("Para saldos, pulse 1.", "1"),
    ("Para saldos, pulse 1. Para tarjetas, pulse 2.", "1 2"),
    ("Pulse 1 para saldos, 2 para tarjetas o 3 para repetir.", "1 2 3"),
    ("Marque uno o dos.", "1 2"),
    ("Presione la tecla asterisco.", "*"),
    ("y después pulse almohadilla", "#"),
    ("Oprima la tecla numeral.", "#"),
    ("Para volver, marque * 9", "*9"),
    ("Elija la opción 4.", "4"),
    ("En caso de emergencia marque 112.", ""),
    ("Marque los 8 dígitos de su cuenta.", ""),
    ("Tiene 3 mensajes.", ""),
    ("Pulse una tecla.", ""),
)


@pytest.mark.parametrize(("text", "keys"), ANNOUNCED)
def test_announced_keys(text: str, keys: str) -> None:
    found = Languages().announced(text, "es-MX")
    assert [each.keys for each in found] == keys.split()


def test_what_a_text_says_is_understood() -> None:
    assert TEXT_WORDS.digit_counts("Marque los 8 dígitos, o cuatro dígitos.") == [8, 4]
    assert TEXT_WORDS.says_delete("Su mensaje se ha borrado.")
    assert not TEXT_WORDS.says_delete("Su mensaje se ha guardado.")
