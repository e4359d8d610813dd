"""A text, spoken by a voice."""

from __future__ import annotations

from collections.abc import Sequence

from ivrkit.call.fields import Text
from ivrkit.call.locale import Locale, Phrase, has_words
from ivrkit.call.prompt import Piece
from ivrkit.expressions.expression import Template
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.prompts import phrasing
from ivrkit.prompts.part import Heard, Rules, SayablePart, opened, secret_spoken
from ivrkit.prompts.words import Utterance, Word


class TextPart(SayablePart):
    """A text. A bare text in a prompt is short for it."""

    form = "text"
    example = '{text: "Hello {{ customer.name }}."}'

    text: Text
    """The text."""

    def evaluate(self, scope: Scope) -> Piece:
        if self.text.static:
            return self.piece(self.text.literal)
        text = self.text.text(scope)
        if isinstance(text, Secret):
            raise secret_spoken(
                self.text.source[:60], "say it with digits, number or spell, and reveal: true"
            )
        return self.piece(text, dynamic=True)

    @property
    def static(self) -> Piece | None:
        """The piece of a text without ``{{ }}``."""
        return self.piece(self.text.literal) if self.text.static else None

    @property
    def looked_up(self) -> Template | None:
        return self.text if self.language is None else None

    def pieces(self, scope: Scope, locale: Locale) -> Sequence[Piece]:
        phrase = self._phrase(locale)
        if phrase is not None:
            return phrasing.phrase_spoken(self, phrase, scope, locale)
        return (self.evaluate(scope),)

    def ready(self, locale: Locale) -> Sequence[Piece | None]:
        phrase = self._phrase(locale)
        if phrase is not None:
            return phrasing.phrase_ready(self, phrase, locale)
        return (self.static,)

    def speaks(self, locale: Locale) -> bool:
        if self.language is not None or locale.is_at_home or not has_words(self.text.source):
            return True
        phrase = self._phrase(locale)
        return phrase is not None and phrase.speaks(locale.language)

    def _phrase(self, locale: Locale) -> Phrase | None:
        """The phrase of the catalogue that this text is, where it has the language wanted."""
        if self.language is not None:
            return None
        phrase = locale.translation(self.text.source)
        return phrase if phrase is not None and phrase.speaks(locale.language) else None

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        text = " ".join(str(opened(piece.value)).split())
        return Utterance(text, (Word(text),) if text else ())
