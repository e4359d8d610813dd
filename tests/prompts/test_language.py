from __future__ import annotations

import pytest

from ivrkit.call.locale import wider
from ivrkit.errors import PromptError
from ivrkit.prompts.language import Language, Languages, registry
from ivrkit.prompts.languages.en import English


def test_english_is_found_in_the_folder() -> None:
    assert registry()["en"] is English


def test_a_wider_tag_serves() -> None:
    languages = Languages("GBP")
    assert isinstance(languages.find("en-GB-oxendict"), English)
    assert languages.find("en").currency == "GBP"
    assert languages.find("en") is languages.find("en")
    assert "en" in languages.tags


def test_a_language_without_rules_is_refused_with_those_there_are() -> None:
    with pytest.raises(PromptError, match=r"'tlh'.*there are: en"):
        Languages(known={"en": English}).find("tlh")


def test_wider_tags_end_with_the_language() -> None:
    assert wider("zh-Hant-TW") == ["zh-Hant-TW", "zh-Hant", "zh"]


@pytest.mark.parametrize("tag", sorted(registry()))
def test_every_language_has_an_apology_and_says_every_key(tag: str) -> None:
    language: Language = registry()[tag]()
    assert language.apology
    for key in "0123456789*#":
        assert key in language.press(key).text or language.press(key).words
