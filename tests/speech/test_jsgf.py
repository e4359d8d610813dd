"""Grammars in JSGF."""

from __future__ import annotations

import pytest

from ivrkit.speech.jsgf import is_plain, written


def test_phrases_are_whole_and_words_repeat() -> None:
    text = written(["main menu", "Yes"], ["one", "two"])
    assert text.splitlines()[-1] == "public <said> = main menu | yes | ( one | two )+ ;"


def test_without_words_there_is_no_repetition() -> None:
    assert written(["yes"], []).splitlines()[-1] == "public <said> = yes ;"


@pytest.mark.parametrize("word", ["yes", "o'clock", "p.m.", "twenty-one", "größe"])
def test_words_are_plain(word: str) -> None:
    assert is_plain(word)


@pytest.mark.parametrize(
    "word", ["", "a b", "(2)", "<s>", "a|b", "x;", "[unk]", "a*", "{t}", "=", "/1/"]
)
def test_signs_of_the_format_are_not(word: str) -> None:
    assert not is_plain(word)
