"""Grammars in the JSpeech Grammar Format (W3C note of June 2000)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_PLAIN: Final = re.compile(r"[\w'.-]+")


def is_plain(word: str) -> bool:
    """Whether a word can stand in a grammar as it is: it has none of the format's own signs."""
    return _PLAIN.fullmatch(word) is not None


def written(phrases: Iterable[str], words: Iterable[str]) -> str:
    """A grammar: one of the phrases as a whole, or the words, as often as one likes. All words are
    plain."""
    choices = [" ".join(text.lower().split()) for text in phrases]
    repeated = " | ".join(" ".join(text.lower().split()) for text in words)
    if repeated:
        choices.append(f"( {repeated} )+")
    return f"#JSGF V1.0;\ngrammar said;\npublic <said> = {' | '.join(choices)} ;\n"
