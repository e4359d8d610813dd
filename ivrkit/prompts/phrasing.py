"""Prompts inside prompts: the phrase of a name, the phrase that a text is, one text of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ivrkit.call.locale import Locale, Phrase
from ivrkit.call.prompt import Piece, Prompt, in_language, locale_of, ready_of
from ivrkit.expressions.scope import Scope
from ivrkit.prompts.part import SayablePart

PHRASE = "phrase"
"""The form of a piece that is a phrase, for which there may be a recording of its name."""


def spoken(
    part: SayablePart, prompt: Prompt, language: str, scope: Scope, locale: Locale
) -> list[Piece]:
    """The pieces of a prompt that is written in a language, said in a part."""
    inner = locale.written_in(language)
    pieces = [part.styled(piece) for piece in prompt.evaluate(scope, inner)]
    pieces = [_told(piece, language, locale) for piece in pieces]
    if inner.language == locale.language:
        return pieces
    return [in_language(piece, inner) for piece in pieces]


def ready(
    part: SayablePart, prompt: Prompt, language: str, locale: Locale
) -> Sequence[Piece | None]:
    """The same as far as it is known beforehand; None for what is not."""
    if any(each.when is not None for each in prompt.parts):
        return (None,)
    inner = locale.written_in(language)
    spoken_in = locale_of(prompt.parts, inner)
    found = [piece for each in prompt.parts for piece in ready_of(each, spoken_in)]
    styled = [piece and _told(part.styled(piece), language, locale) for piece in found]
    if spoken_in.language == locale.language:
        return styled
    return [piece and in_language(piece, spoken_in) for piece in styled]


def _told(piece: Piece, language: str, locale: Locale) -> Piece:
    """The piece, with the language of its text where that stands in for the call's."""
    if language == locale.language or piece.written is not None:
        return piece
    return replace(piece, written=language)


def phrase_spoken(
    part: SayablePart, phrase: Phrase, scope: Scope, locale: Locale
) -> Sequence[Piece]:
    """The pieces of a phrase, in its best language for the call."""
    language = phrase.language_for(locale)
    assert language is not None  # a phrase has one prompt at least
    pieces = spoken(part, phrase.prompts[language], language, scope, locale)
    pieces = [_voiced(piece, phrase, language, part) for piece in pieces]
    return _recorded(part, phrase, language, pieces, locale)


def phrase_ready(part: SayablePart, phrase: Phrase, locale: Locale) -> Sequence[Piece | None]:
    """The same as far as it is known beforehand."""
    language = phrase.language_for(locale)
    assert language is not None
    found = [
        piece and _voiced(piece, phrase, language, part)
        for piece in ready(part, phrase.prompts[language], language, locale)
    ]
    pieces = [piece for piece in found if piece is not None]
    return found if len(pieces) < len(found) else _recorded(part, phrase, language, pieces, locale)


def _voiced(piece: Piece, phrase: Phrase, language: str, part: SayablePart) -> Piece:
    """The piece, said by the phrase's voice unless it, or where it is said, names another."""
    voice = phrase.voice(language)
    return piece if voice is None or piece.voice or part.voice else replace(piece, voice=voice)


def _recorded(
    part: SayablePart, phrase: Phrase, language: str, pieces: Sequence[Piece], locale: Locale
) -> Sequence[Piece]:
    """A phrase that is the same in every call may be recorded as a whole, under its name."""
    if phrase.params or any(piece.dynamic or piece.secret for piece in pieces):
        return pieces
    inner = locale.written_in(language)
    own = inner.language if inner.language != locale.language else part.language
    told = pieces[0].written if pieces else None
    return (Piece(PHRASE, phrase.name, {}, own, part.voice, fallback=tuple(pieces), written=told),)
