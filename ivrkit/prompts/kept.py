"""What was made of prompts that are the same in every call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ivrkit.call.prompt import Constant, Piece, Rendered
from ivrkit.prompts.plan import Key, key_of


class _Found(NamedTuple):
    """Which pieces have led to what; the pieces are held, so that no others get their id."""

    pieces: Constant
    language: str
    rendered: Rendered


class Kept:
    """Prompts that are ready, by what they say: two that say the same are one. Those of a flow's
    constant prompts are also found by the pieces themselves, which costs one look.

    ``most`` is how many are kept; the others are made anew.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_key: dict[Key, Rendered] = {}
        self._by_pieces: dict[int, _Found] = {}

    def __iter__(self) -> Iterator[Rendered]:
        return iter(self._by_key.values())

    def __contains__(self, key: Key | None) -> bool:
        return key in self._by_key

    def find(self, pieces: Sequence[Piece], language: str) -> Rendered | None:
        """What these pieces have come to; None if they have not been rendered, or are not the same
        in every call."""
        found = self._by_pieces.get(id(pieces))
        if found is not None and found.pieces is pieces and found.language == language:
            return found.rendered
        key = key_of(pieces, language)
        rendered = None if key is None else self._by_key.get(key)
        if rendered is not None and isinstance(pieces, Constant):
            if len(self._by_pieces) >= self._most:
                self._by_pieces.clear()  # of versions that nobody calls any more, most of them
            self._by_pieces[id(pieces)] = _Found(pieces, language, rendered)
        return rendered

    def keep(self, key: Key, rendered: Rendered) -> None:
        """From now on this is what pieces of this key come to."""
        if len(self._by_key) < self._most:
            self._by_key[key] = rendered

    def clear(self) -> None:
        """Forget them all."""
        self._by_key.clear()
        self._by_pieces.clear()
