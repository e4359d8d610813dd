"""A recording of the project, with the text that is said when it is missing."""

from __future__ import annotations

from ivrkit.call.fields import Text
from ivrkit.call.prompt import Piece
from ivrkit.expressions.expression import Template
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.prompts.part import NOTHING, Heard, Recording, Rules, SayablePart, secret_spoken


class AudioPart(SayablePart):
    """A file under ``prompts/``: ``<language>/<name>.wav``, else ``<name>.wav``."""

    form = "audio"
    example = "{audio: welcome, text: Welcome to Acme Bank.}"

    audio: Text
    """The recording's name below the folder of prompts."""
    text: Text | None = None
    """What is said when there is no such recording."""

    def evaluate(self, scope: Scope) -> Piece:
        options = {} if self.text is None else {"text": _filled(self.text, scope)}
        return self.piece(_filled(self.audio, scope), options, dynamic=not self._literal)

    @property
    def static(self) -> Piece | None:
        """The piece when neither name nor text has ``{{ }}``."""
        return self.evaluate(NOTHING) if self._literal else None

    @property
    def _literal(self) -> bool:
        return self.audio.static and (self.text is None or self.text.static)

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        text = piece.options.get("text")
        return Recording(str(piece.value).removesuffix(".wav"), None if text is None else str(text))


def _filled(template: Template, scope: Scope) -> str:
    text = template.text(scope)
    if isinstance(text, Secret):
        raise secret_spoken(template.source[:60], "a recording's name and text are no secrets")
    return text
