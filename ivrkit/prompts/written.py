"""Parts that are words of a language: they are looked up in the catalogue by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from ivrkit.call.locale import Locale, Phrase, has_words
from ivrkit.call.prompt import Piece
from ivrkit.expressions.expression import Template
from ivrkit.expressions.scope import Scope
from ivrkit.prompts import phrasing
from ivrkit.prompts.part import SayablePart


class WrittenPart(SayablePart):
    """A part whose main field is a text of the flow's language, unless it names another."""

    @property
    def written(self) -> Template:
        """The text."""
        found: Template = getattr(self, self.form)
        return found

    @property
    def looked_up(self) -> Template | None:
        return self.written if self.language is None else None

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
        if self.language is not None or locale.is_at_home or not has_words(self.written.source):
            return True
        phrase = self._phrase(locale)
        return phrase is not None and phrase.speaks(locale.language)

    def _phrase(self, locale: Locale) -> Phrase | None:
        """The phrase of the catalogue that this text is, where it has the language wanted."""
        if self.language is not None:
            return None
        phrase = locale.translation(self.written.source)
        return phrase if phrase is not None and phrase.speaks(locale.language) else None
