"""A recording of the project, with the text that is said when it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from ivrkit.call.fields import Text
from ivrkit.call.locale import AS_WRITTEN, Locale
from ivrkit.call.prompt import Piece, in_language
from ivrkit.expressions.expression import Template
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.prompts.formats import FORMATS
from ivrkit.prompts.part import NOTHING, Heard, Recording, Rules, SayablePart, secret_spoken
from ivrkit.prompts.parts.text import TextPart


class AudioPart(SayablePart):
    """A file under ``prompts/``: ``<language>/<name>``, else ``<name>``, with the ending of any
    format that is read (``.wav``, ``.flac``, ``.ogg``, ``.mp3`` …)."""

    form = "audio"
    example = "{audio: welcome, text: Welcome to Acme Bank.}"

    audio: Text
    """The recording's name below the folder of prompts."""
    text: Text | None = None
    """What is said when there is no such recording."""

    def evaluate(self, scope: Scope) -> Piece:
        return self._piece(scope, AS_WRITTEN)

    def pieces(self, scope: Scope, locale: Locale) -> Sequence[Piece]:
        return (self._piece(scope, locale),)

    def ready(self, locale: Locale) -> Sequence[Piece | None]:
        return (self._piece(NOTHING, locale) if self._literal else None,)

    @property
    def static(self) -> Piece | None:
        """The piece when neither name nor text has ``{{ }}``."""
        return self.evaluate(NOTHING) if self._literal else None

    @property
    def looked_up(self) -> Template | None:
        return self.text if self.language is None else None

    @property
    def _literal(self) -> bool:
        return self.audio.static and (self.text is None or self.text.static)

    def _piece(self, scope: Scope, locale: Locale) -> Piece:
        text: Sequence[Piece] = ()
        spoken = self._spoken
        if spoken is not None:
            home = locale if locale.is_at_home or spoken.speaks(locale) else locale.at_home
            text = [in_language(each, home) for each in spoken.pieces(scope, home)]
        return self.piece(
            _filled(self.audio, scope), dynamic=not self._literal, fallback=tuple(text)
        )

    @cached_property
    def _spoken(self) -> TextPart | None:
        """What is said instead."""
        if self.text is None:
            return None
        return TextPart(text=self.text, language=self.language, voice=self.voice, speed=self.speed)

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        name = str(piece.value)
        for suffix in FORMATS:
            name = name.removesuffix(suffix)
        return Recording(name, piece.fallback)


def _filled(template: Template, scope: Scope) -> str:
    text = template.text(scope)
    if isinstance(text, Secret):
        raise secret_spoken(template.source[:60], "a recording's name and text are no secrets")
    return text
