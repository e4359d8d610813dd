"""What was made of prompts that are the same in every call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ivrkit.call.prompt import Constant, Piece, Rendered
from ivrkit.prompts.plan import Key, key_of


class Kept:
    """Prompts that are ready, by what they say: two that say the same are one. Those of a flow's
    constant prompts are also found with the pieces themselves, which costs one look.

    ``most`` is how many are kept; the others are made anew.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_key: dict[Key, Rendered] = {}
        self._mark = object()
        """Of what was made since all was last forgotten."""

    def __iter__(self) -> Iterator[Rendered]:
        return iter(self._by_key.values())

    def __contains__(self, key: Key | None) -> bool:
        return key in self._by_key

    def find(self, pieces: Sequence[Piece], language: str) -> Rendered | None:
        """What these pieces have come to; None if they have not been rendered, or are not the same
        in every call."""
        constant = pieces if isinstance(pieces, Constant) else None
        if constant is not None and constant.made is not None:
            mark, spoken, rendered = constant.made
            if mark is self._mark and spoken == language:
                return rendered
        key = key_of(pieces, language)
        found = None if key is None else self._by_key.get(key)
        if found is not None and constant is not None:
            constant.made = self._mark, language, found
        return found

    def keep(self, key: Key, rendered: Rendered) -> None:
        """From now on this is what pieces of this key come to."""
        if len(self._by_key) < self._most:
            self._by_key[key] = rendered

    def clear(self) -> None:
        """Forget them all."""
        self._by_key.clear()
        self._mark = object()
