"""Which parts of a prompt can be spoken before a call comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from ivrkit.call.locale import AS_WRITTEN, Locale
from ivrkit.call.prompt import Part, Piece, Prompt, in_language, locale_of, ready_of

MOST_CONDITIONS = 4
"""Parts with ``when`` in one prompt for which all 2^n prompts are thought of; with more, only the
one with all of them and the one with none."""


def static_runs(
    prompt: Prompt, locale: Locale = AS_WRITTEN, language: str | None = None
) -> Iterator[Sequence[Piece]]:
    """The stretches of a prompt that are the same in every call of a language, for each way in
    which its conditions may turn out, and those of the prompts inside it. ``language`` is that of
    the call, where the prompt is written for another."""
    language = locale.language if language is None else language
    for parts in _variants(prompt.parts):
        spoken = locale_of(parts, locale)
        run: list[Piece] = []
        for piece in (piece for part in parts for piece in ready_of(part, spoken)):
            if piece is not None:
                run.append(piece if spoken.language == language else in_language(piece, spoken))
            elif run:
                yield run
                run = []
        if run:
            yield run
        for part in parts:
            for inner, within in part.alternatives(spoken):
                yield from static_runs(inner, within, language)


def _variants(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    conditions = [index for index, part in enumerate(parts) if part.when is not None]
    if len(conditions) > MOST_CONDITIONS:
        yield parts
        yield [part for part in parts if part.when is None]
        return
    for choice in product((True, False), repeat=len(conditions)):
        left_out = {index for index, said in zip(conditions, choice, strict=True) if not said}
        yield [part for index, part in enumerate(parts) if index not in left_out]
