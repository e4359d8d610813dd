"""The names of single characters in a language: digits, keys, letters and signs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivrkit.errors import PromptError
from ivrkit.prompts.words import PAUSE, Utterance, Word

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LATIN = {letter: Word(letter, f"letters/{letter.lower()}") for letter in ALPHABET}
"""Letters that a voice names by itself when they stand alone."""


@dataclass(frozen=True, slots=True)
class Signs:
    """``keys`` are the digits, star and hash; ``marks`` the signs; ``letters`` are by their
    capitals."""

    keys: Mapping[str, Word]
    marks: Mapping[str, Word]
    letters: Mapping[str, Word]

    def name(self, character: str) -> Word:
        """The name of one character; of an accented letter that of its base. One that has none is
        left to the voice."""
        found = self._known(character) or self._known(character.upper())
        if found is None:
            found = self._known(unicodedata.normalize("NFKD", character)[0].upper())
        return found or Word(character)

    def digits(self, groups: Iterable[str]) -> tuple[Word, ...]:
        """Digits one by one, with a pause between groups. Raises PromptError for letters."""
        words: list[Word] = []
        for group in groups:
            words += [PAUSE] if words else []
            words += [self._digit(character) for character in group]
        return tuple(words)

    def spelled(self, text: str) -> Utterance:
        """Characters one by one. Raises PromptError for an empty text."""
        signs = [self.name(character) for character in text]
        if not signs:
            raise PromptError("there is nothing to spell in an empty text")
        # The comma keeps a voice from reading one letter into the next.
        words = [Word(f"{sign.text},", sign.sound) for sign in signs[:-1]] + signs[-1:]
        shown = (
            _capital(character) if character.isalnum() else sign.text
            for character, sign in zip(text, signs, strict=True)
        )
        return Utterance(" ".join(shown), tuple(words))

    def pressed(self, keys: str) -> tuple[str, tuple[Word, ...]]:
        """Keys as a text shows them (digits as numerals) and their names."""
        names = tuple(self.name(key) for key in keys)
        shown = (key if key.isalnum() else name.text for key, name in zip(keys, names, strict=True))
        return " ".join(shown), names

    def _known(self, character: str) -> Word | None:
        found = self.keys.get(character) or self.marks.get(character)
        return found or self.letters.get(character)

    def _digit(self, character: str) -> Word:
        word = self.keys.get(character) or self.marks.get(character)
        if word is None:
            raise PromptError(
                f"'{character}' is not a digit", hint="use spell for letters and signs"
            )
        return word


def _capital(character: str) -> str:
    """A letter in its capital, if that is one letter (ß has none)."""
    capital = character.upper()
    return capital if len(capital) == 1 else character
