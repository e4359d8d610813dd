"""The golden tables of all languages: the text shown, the words spoken, the recordings played."""

from __future__ import annotations

import pytest

from docs.generator.golden import RECORDED as RECORDINGS
from docs.generator.golden import TABLES, Row, rows, sounds_of
from ivrkit.prompts import vocabulary
from ivrkit.prompts.language import registry
from ivrkit.prompts.recordings import checked

TAGS = sorted(path.stem for path in TABLES.glob("*.yaml"))
FORMS = {
    *("number", "digits", "ordinal", "money", "date", "time", "datetime", "duration", "spell"),
    "press",
}
STYLES = ("style: phone", "style: card", "style: short", "style: weekday", "style: relative")
CLOCKS = ("clock: 12", "clock: 24")
LEAST = 60


def name(row: Row) -> str:
    return ", ".join(f"{field}: {value}" for field, value in row.part.items())


CASES = [pytest.param(tag, row, id=f"{tag} {name(row)}") for tag in TAGS for row in rows(tag)]


@pytest.mark.parametrize(("tag", "row"), CASES)
def test_a_value_is_said_as_a_native_speaker_says_it(tag: str, row: Row) -> None:
    language = registry()[tag]()
    said = row.said(language)
    assert said.text == row.text
    assert language.speech(said.words) == row.words
    assert sounds_of(said) == row.sounds


def test_every_language_has_a_table() -> None:
    """One that is said by the rules of another (``zh-HK``) has the table of that."""
    bases = {
        tag: {base.__dict__.get("tag") for base in registry()[tag].__mro__} for tag in registry()
    }
    assert all(known & set(TAGS) for known in bases.values())


@pytest.mark.parametrize("tag", TAGS)
def test_a_table_has_every_form_style_and_clock_and_enough_rows(tag: str) -> None:
    table = rows(tag)
    assert len({name(row) for row in table}) == len(table) >= LEAST
    assert {row.form for row in table} == FORMS
    written = [f"{field}: {value}" for row in table for field, value in row.part.items()]
    assert not {*STYLES, *CLOCKS} - set(written)


RECORDED = sorted({path.stem for path in RECORDINGS.glob("*.txt")} & set(TAGS))


def words_of(tag: str) -> dict[str, str]:
    """All that the rules of a language can say, by the names of the sounds."""
    kind = registry()[tag]
    found = {}
    for form in vocabulary.FORMS:
        found.update(vocabulary.vocabulary(kind(), form))
    for currency in kind.currencies:
        found.update(vocabulary.vocabulary(kind(), "money", {"currency": currency}))
    return found


@pytest.mark.parametrize("tag", RECORDED)
def test_the_sounds_are_those_that_exist_or_are_listed_as_unrecorded(tag: str) -> None:
    there = set((RECORDINGS / f"{tag}.txt").read_text("utf-8").split())
    assert set(words_of(tag)) - there == registry()[tag].unrecorded


@pytest.mark.parametrize("tag", TAGS)
def test_every_sound_of_a_table_is_in_the_vocabulary(tag: str) -> None:
    used = {sound for row in rows(tag) for sound in row.sounds}
    assert used - words_of(tag).keys() <= {"?"}


@pytest.mark.parametrize("tag", TAGS)
def test_every_sound_may_be_the_name_of_a_recording(tag: str) -> None:
    for sound in words_of(tag):
        assert checked(sound) == sound
