from __future__ import annotations

from ivrkit.prompts.words import PAUSE, STOP, Word, sentence


def test_words_are_joined_by_spaces_but_for_hyphens_and_pauses() -> None:
    words = [Word("twenty-"), Word("one"), PAUSE, Word("two"), STOP]
    assert sentence(words) == "twenty-one, two."


def test_a_language_may_have_no_spaces() -> None:
    assert sentence([Word("二"), Word("十"), PAUSE, Word("一")], "") == "二十,一"


def test_a_pause_has_a_length_and_no_sound() -> None:
    assert PAUSE.pause > 0
    assert PAUSE.sound == ""
