"""What questions are made of."""

from __future__ import annotations

import pytest

from ivrkit.call.asking import words_in

WORDS = {
    "": ("ok",),
    "en-GB": ("mobile",),
    "zh": ("余额",),
    "zh-Hant": ("餘額",),
    "de": ("Konto",),
    "de-AT": ("Kontostand",),
}


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("de", ("Konto",)),
        ("de-AT", ("Kontostand", "Konto")),
        ("zh-Hant-HK", ("餘額", "余额")),
        ("en", ("mobile",)),
        ("en-US", ("mobile",)),
        ("fr", ()),
    ],
)
def test_words_are_those_of_a_language(language: str, found: tuple[str, ...]) -> None:
    assert words_in(WORDS, language) == ("ok", *found)
    assert words_in({}, language) == ()
