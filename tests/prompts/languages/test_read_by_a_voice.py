"""A voice of the language reads the words of its rules: espeak-ng changes to another language for
what it takes for foreign, and shows that in its phonemes, as ``(en)``."""

from __future__ import annotations

import subprocess

import pytest

from docs.generator.golden import rows
from ivrkit.prompts.language import Language, registry
from ivrkit.prompts.voices.espeak import PROGRAM

FOREIGN = {
    "fr": ("penny", "won", "wons", "de wons", "zloty", "zlotys", "de zlotys"),
    "it": (),
    "es": (),
}
"""Money of other countries that the voice reads as the English do."""


def phonemes(texts: set[str], tag: str) -> str:
    """How espeak-ng reads texts, each on a line of its own."""
    done = subprocess.run(
        [PROGRAM, "-v", tag, "-q", "--ipa"],
        input="\n\n".join(sorted(texts)),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def texts_of(kind: type[Language], tag: str) -> set[str]:
    """The words of the golden table, of money, and all that is said besides values."""
    found = {row.words for row in rows(tag) if "?" not in row.sounds}
    for currency in kind.currencies.values():
        for unit in (currency.major, currency.minor):
            found |= {word.text for word in unit.forms.values()} if unit is not None else set()
    return found | {*kind.yes, *kind.no, kind.apology, kind.entered, kind.right, kind.wrong}


@pytest.mark.parametrize("tag", sorted(FOREIGN))
def test_the_voice_stays_in_the_language(tag: str) -> None:
    foreign = FOREIGN[tag]
    texts = texts_of(registry()[tag], tag)
    native = {text for text in texts if not set(text.split()) & set(foreign)} - set(foreign)
    assert len(native) > 100
    assert [line for line in phonemes(native, tag).splitlines() if "(" in line] == []
