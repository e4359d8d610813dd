"""Words: what a language's rules make of a value, for a voice and for recordings alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ivrkit.errors import PromptError


@dataclass(frozen=True, slots=True)
class Word:
    """One word. ``text`` is what a voice reads, ``sound`` the name of its recording.

    A ``sound`` of ``""`` says that no recording can exist (an unusual character). ``pause`` is
    above zero for punctuation: recordings are silent for so many seconds instead. A text that
    ends with a hyphen is joined to the next (``twenty-`` ``one``), one that ends with a JOINT too,
    without a sign between them (``einund`` ``zwanzig``).
    """

    text: str
    sound: str = ""
    pause: float = 0.0


JOINT = "\u00ad"
"""A soft hyphen: where words that are recorded apart are one word for a voice."""
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


def named(text: str, folder: str = "digits") -> Word:
    """A word whose recording is named after it. Names have letters of ASCII only: ``öre`` is
    ``digits/ore``, ``de la tarde`` is ``digits/de-la-tarde``."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ø", "o"))
    name = letters.encode("ascii", "ignore").decode().replace(" ", "-")
    return Word(text, f"{folder}/{name}")


def compound(words: Sequence[Word]) -> list[Word]:
    """Words that are written as one."""
    joined = [Word(word.text + JOINT, word.sound, word.pause) for word in words[:-1]]
    return [*joined, *words[-1:]]


def sound_names(text: str) -> frozenset[str]:
    """Names of sounds, written apart by spaces and line ends."""
    return frozenset(text.split())


def sentence(words: Iterable[Word], space: str = " ") -> str:
    """The words as the text a voice reads."""
    text = ""
    for word in words:
        glued = not text or word.pause or text.endswith(("-", JOINT))
        text += word.text if glued else space + word.text
    return text.replace(JOINT, "")


CARD = 4
"""The digits of a card stand on it in groups of four."""


def digit_groups(text: str, size: int = 0, style: str = "") -> list[str]:
    """Digits as they are said together: apart where the text has a space or hyphen, else in
    groups of a size, or as the style wants. Raises PromptError for a text without any."""
    parts = text.replace("-", " ").split()
    if not parts:
        raise PromptError("there are no digits to say in an empty text")
    size = size or (CARD if style == "card" else 0)
    return groups(parts[0], size) if len(parts) == 1 else parts


def paired(text: str) -> list[str]:
    """Digits in pairs, of an odd number three first: 030 12 34 56. Apart where the text is."""
    parts = digit_groups(text)
    if len(text.replace("-", " ").split()) > 1:
        return parts
    digits = "".join(parts).removeprefix("+")
    first = 2 + len(digits) % 2 if len(digits) > 1 else 1
    pairs = [digits[start : start + 2] for start in range(first, len(digits), 2)]
    return ["+" * text.strip().startswith("+") + digits[:first], *pairs]


def groups(digits: str, size: int = 0) -> list[str]:
    """Digits in groups of a size. By itself: up to four together, more in threes, the last
    of four rather than of one (555 1234)."""
    if size <= 0 and len(digits) <= 4:
        return [digits]
    step = size if size > 0 else 3
    parts = [digits[start : start + step] for start in range(0, len(digits), step)]
    if size <= 0 and len(parts[-1]) == 1:
        parts[-2:] = [parts[-2] + parts[-1]]
    return parts
