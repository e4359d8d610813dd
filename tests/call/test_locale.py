from __future__ import annotations

import pytest

from ivrkit.call.locale import (
    Locale,
    Phrase,
    Phrases,
    has_words,
    is_same_language,
    nearest_tag,
    wider,
)
from tests.prompts.support import prompt


def test_a_tag_falls_back_to_wider_ones() -> None:
    assert wider("zh-Hant-TW") == ["zh-Hant-TW", "zh-Hant", "zh"]


@pytest.mark.parametrize(
    ("tag", "known", "nearest"),
    [
        ("es-MX", ["en", "es"], "es"),
        ("es-MX", ["es-ES", "en"], "es-ES"),
        ("es-MX", ["es", "es-MX"], "es-MX"),
        ("es", ["es-MX"], "es-MX"),
        ("fr", ["en", "es"], None),
    ],
)
def test_the_nearest_tag(tag: str, known: list[str], nearest: str | None) -> None:
    assert nearest_tag(tag, known) == nearest


def test_the_best_of_some_languages() -> None:
    locale = Locale("es-MX", "en")
    assert locale.choose(["en", "es"]) == "es"
    assert locale.choose(["en", "fr"]) == "en"
    assert locale.choose(["fr", "de"]) == "fr"
    assert locale.choose([]) is None


def test_variants_of_a_language_need_no_translation() -> None:
    assert Locale("en-GB", "en-US").is_at_home
    assert not Locale("es", "en").is_at_home
    assert is_same_language("en", "en-GB")
    assert not is_same_language("en", "eng")


def test_a_phrase_is_found_by_its_text_whatever_is_white() -> None:
    phrase = Phrase("welcome", {"en": prompt("Welcome to  Acme."), "es": prompt("Hola.")})
    phrases = Phrases({"welcome": phrase})
    assert phrases.saying("Welcome\nto Acme.", "en") is phrase
    assert phrases.saying("Hola.", "en") is None
    locale = Locale("es", "en", phrases)
    assert locale.translation("Welcome to Acme.") is phrase
    assert locale.written_in("en").translation("Welcome to Acme.") is None


def test_of_several_phrases_that_are_a_text_the_one_with_the_wanted_language_is_taken() -> None:
    ferry = Phrase("ferry", {"en": prompt("Please choose."), "fr": prompt("Choisissez.")})
    clinic = Phrase("clinic", {"en": prompt("Please choose."), "zh": prompt("请选择。")})
    phrases = Phrases({"ferry": ferry, "clinic": clinic})
    assert phrases.all_saying("Please choose.", "en") == [clinic, ferry]
    for language, found in (("zh-CN", clinic), ("fr", ferry), ("it", clinic)):
        assert Locale(language, "en", phrases).translation("Please choose.") is found


@pytest.mark.parametrize(
    ("text", "expected"), [("{{ name }}", False), ("12.", False), ("é", True), ("{{ a }} b", True)]
)
def test_which_texts_have_words(text: str, expected: bool) -> None:
    assert has_words(text) is expected
