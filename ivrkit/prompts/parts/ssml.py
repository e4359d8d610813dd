"""Speech with marks of SSML (W3C), for voices that know it."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape

from pydantic import model_validator

from ivrkit.call.fields import Text
from ivrkit.call.prompt import Piece
from ivrkit.errors import PromptError
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.prompts.markup import UNKNOWN, parsed, whole
from ivrkit.prompts.part import Heard, Markup, Rules, opened, secret_spoken
from ivrkit.prompts.written import WrittenPart

_VALUES: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_NO_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no document of XML 1.0 can hold (section 2.2)."""


class SsmlPart(WrittenPart):
    """A text with marks of SSML. The element `speak` around it may be left out; values in it are
    taken as text, never as marks."""

    form = "ssml"
    example = "{ssml: 'Please wait <break time=\"1s\"/> a moment.'}"

    ssml: Text
    """The text with its marks."""

    @model_validator(mode="after")
    def _well_formed(self) -> SsmlPart:
        try:
            parsed(_VALUES.sub(UNKNOWN, self.ssml.source))
        except PromptError as error:
            raise ValueError(f"{error.message}; hint: {error.hint}") from None
        return self

    def evaluate(self, scope: Scope) -> Piece:
        if self.ssml.static:
            return self.piece(self.ssml.literal)
        text = self.ssml.text(scope, _as_text)
        if isinstance(text, Secret):
            raise secret_spoken(self.ssml.source[:60], "say it with digits, and reveal: true")
        return self.piece(text, dynamic=True)

    @property
    def static(self) -> Piece | None:
        """The piece of a text without ``{{ }}``."""
        return self.piece(self.ssml.literal) if self.ssml.static else None

    @classmethod
    def heard(cls, piece: Piece, rules: Rules) -> Heard:
        source = str(opened(piece.value))
        text = " ".join("".join(parsed(source).itertext()).split())
        return Markup(whole(source), text)


def _as_text(value: str) -> str:
    """A value among marks: none itself, and whole, whatever was made of it before."""
    return escape(_NO_XML.sub(" ", value), {'"': "&quot;", "'": "&apos;"})
