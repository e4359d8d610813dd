"""Phrases: how texts that are said are compared, and which entry one of them names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ivrkit.input.entries import Entry

_UNSPACED: Final = (  # Kana, Han
    "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN: Final = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
_RUN: Final = re.compile(rf"[{_UNSPACED}]+")
_DOTS: Final = str.maketrans({"\u0131": "i", "\u0307": None})
"""The letters i of Turkish: which of them a small or capital one is depends on the language."""
_APOSTROPHES: Final = str.maketrans("’ʼ‘`´", "'''''")
_KEPT: Final = frozenset("LMN")
"""Letters, their marks and numbers: the first letters of Unicode's categories."""


def tokens(text: str) -> tuple[str, ...]:
    """A text as it is compared: its words, without case and punctuation, in Unicode's
    compatibility form (NFKC). Scripts that put no spaces between words are taken apart into their
    characters, so that it does not matter where a recogniser puts some."""
    bare = "".join(
        sign if unicodedata.category(sign)[0] in _KEPT else " "
        for sign in unicodedata.normalize("NFKC", text).casefold().translate(_DOTS)
    )
    return tuple(_TOKEN.findall(bare))


def is_unspaced(text: str) -> bool:
    """Whether a text is written in a script without spaces between its words."""
    return _RUN.fullmatch(text) is not None


def spoken_form(text: str) -> str:
    """A text as a recogniser's grammar has it: small letters, single spaces, no punctuation but
    the apostrophes within words."""
    plain = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).lower()
    plain = plain.replace("i\u0307", "i")  # of a Turkish capital
    bare = "".join(
        sign if unicodedata.category(sign)[0] in _KEPT or sign == "'" else " " for sign in plain
    )
    return " ".join(word for word in (each.strip("'") for each in bare.split()) if word)


class PhraseBook:
    """All phrases of competing entries.

    What is said names an entry when it holds one of its phrases, as whole words. The longest
    phrase wins; of equally long ones that of the entry which comes first for keys, too (its own
    question's before flow-wide ones, those of the inner flow before those of the outer).
    """

    __slots__ = ("_entries", "_lengths", "texts")

    def __init__(self, entries: Iterable[Entry]) -> None:
        texts: dict[str, None] = {}
        self._entries: dict[tuple[str, ...], list[Entry]] = {}
        for entry in entries:
            for phrase in entry.words:
                words = tokens(phrase)
                if not words:
                    continue
                texts[spoken_form(phrase)] = None
                self._entries.setdefault(words, []).append(entry)
        self._lengths = sorted({len(each) for each in self._entries}, reverse=True)
        self.texts = tuple(texts)
        """The phrases, as grammars have them."""

    def named_by(self, text: str) -> Entry | None:
        """The entry that a text names; None where there is none, or two that are equally good."""
        said = tokens(text)
        for length in self._lengths:
            found = [
                entry for words in _runs(said, length) for entry in self._entries.get(words, ())
            ]
            if found:
                first = min(found, key=_place)
                others = [each for each in found if _place(each) == _place(first)]
                return first if all(each == first for each in others) else None
        return None


def _runs(said: Sequence[str], length: int) -> Iterable[tuple[str, ...]]:
    """All runs of so many words."""
    for begin in range(len(said) - length + 1):
        yield tuple(said[begin : begin + length])


def _place(entry: Entry) -> tuple[int, int]:
    return (entry.scope, entry.level)
