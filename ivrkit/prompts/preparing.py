"""Which parts of a prompt can be spoken before a call comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from ivrkit.call.prompt import Part, Piece, Prompt

MOST_CONDITIONS = 4
"""Parts with ``when`` in one prompt for which all 2^n prompts are thought of; with more, only the
one with all of them and the one with none."""


def static_runs(prompt: Prompt) -> Iterator[Sequence[Piece]]:
    """The stretches of a prompt that are the same in every call, for each way in which its
    conditions may turn out."""
    for parts in _variants(prompt.parts):
        run: list[Piece] = []
        for part in parts:
            piece = part.static
            if piece is not None:
                run.append(piece)
            elif run:
                yield run
                run = []
        if run:
            yield run


def _variants(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    conditions = [index for index, part in enumerate(parts) if part.when is not None]
    if len(conditions) > MOST_CONDITIONS:
        yield parts
        yield [part for part in parts if part.when is None]
        return
    for choice in product((True, False), repeat=len(conditions)):
        left_out = {index for index, said in zip(conditions, choice, strict=True) if not said}
        yield [part for index, part in enumerate(parts) if index not in left_out]
