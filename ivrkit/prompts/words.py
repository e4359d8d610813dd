"""Words: what a language's rules make of a value, for a voice and for recordings alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word. ``text`` is what a voice reads, ``sound`` the name of its recording.

    A ``sound`` of ``""`` says that no recording can exist (an unusual character). ``pause`` is
    above zero for punctuation: recordings are silent for so many seconds instead. A text that
    ends with a hyphen is joined to the next (``twenty-`` ``one``).
    """

    text: str
    sound: str = ""
    pause: float = 0.0


PAUSE = Word(",", pause=0.25)
"""A short break, as between groups of digits."""
STOP = Word(".", pause=0.4)
"""The end of a sentence."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a value sounds like: ``text`` as trace and call scripts show it (numbers as numerals),
    ``words`` as it is spoken, by a voice or from recordings."""

    text: str
    words: tuple[Word, ...]


def sentence(words: Iterable[Word], space: str = " ") -> str:
    """The words as the text a voice reads."""
    text = ""
    for word in words:
        glued = not text or word.pause or text.endswith("-")
        text += word.text if glued else space + word.text
    return text
