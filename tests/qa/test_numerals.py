"""Numbers in words of a language, in what was said in figures."""

from __future__ import annotations

import pytest

from ivrkit.qa.numerals import find_in
from ivrkit.qa.words import tokens


@pytest.mark.parametrize(
    ("language", "wanted", "said"),
    [
        ("de", "einundzwanzig Euro und ein Cent", "Das macht 21 Euro und 1 Cent."),
        ("de", "der zweite", "Sie sind der 2. Anrufer"),
        ("de", "eine Karte für zwölf Euro", "eine Karte für 12 Euro"),
        ("fr", "vingt et une couchettes", "Il reste 21 couchettes"),
        ("es", "cien euros", "Su saldo es de 100 euros"),
        ("it", "mille duecento", "1200 euro"),
        ("ru", "двадцать один билет", "Осталось 21 билет"),
        ("ru", "третий ряд", "3-й ряд"),
        ("zh", "二十一张票", "还有21张票"),
        ("de-AT", "dreißig Sekunden", "1 Minute und 30 Sekunden"),
    ],
)
def test_they_are_heard_alike(language: str, wanted: str, said: str) -> None:
    assert find_in(wanted, tokens(said), ["xx", language]) is not None


@pytest.mark.parametrize(
    ("language", "wanted", "said"),
    [
        ("de", "einundzwanzig", "20 1 2"),
        ("de", "einundzwanzig Euro", "22 Euro"),
        ("xx", "einundzwanzig", "21"),
        ("fr", "vingt", "100"),
    ],
)
def test_they_are_not_heard_alike(language: str, wanted: str, said: str) -> None:
    assert find_in(wanted, tokens(said), [language]) is None


def test_the_place_is_told() -> None:
    assert find_in("zwölf Euro", tokens("Es sind 12 Euro."), ["de"]) == (2, 5)
