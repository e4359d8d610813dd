"""One text per language: ``{en: Welcome., fr: Bienvenue.}``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated

from ivrkit.call.fields import Reads
from ivrkit.call.locale import Locale, nearest_tag
from ivrkit.call.prompt import Piece, Prompt
from ivrkit.expressions.scope import Scope
from ivrkit.prompts import phrasing
from ivrkit.prompts.part import InnerPart


class LanguagesPart(InnerPart):
    """One text per language. A mapping of language tags in a prompt is short for it."""

    form = "languages"
    example = "{en: Welcome., fr: Bienvenue.}"

    languages: Annotated[Mapping[str, Prompt], Reads("language_map")]
    """A text, or parts, by the tag of their language."""

    def pieces(self, scope: Scope, locale: Locale) -> Sequence[Piece]:
        language = self._chosen(locale)
        return phrasing.spoken(self, self.languages[language], language, scope, locale)

    def ready(self, locale: Locale) -> Sequence[Piece | None]:
        language = self._chosen(locale)
        return phrasing.ready(self, self.languages[language], language, locale)

    def speaks(self, locale: Locale) -> bool:
        return nearest_tag(locale.language, self.languages) is not None

    def alternatives(self, locale: Locale) -> Iterable[tuple[Prompt, Locale]]:
        language = self._chosen(locale)
        yield self.languages[language], locale.written_in(language)

    @property
    def languages_written(self) -> Collection[str]:
        return self.languages.keys()

    def _chosen(self, locale: Locale) -> str:
        chosen = locale.choose(self.languages)
        assert chosen is not None  # the reader refuses a mapping without texts
        return chosen
