"""Speech with marks of SSML (W3C), for voices that know it."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.sax.saxutils import escape

from pydantic import model_validator

from ivrkit.call.fields import Text
from ivrkit.call.prompt import Piece
from ivrkit.errors import PromptError
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.values import Value
from ivrkit.prompts.markup import UNKNOWN, parsed, whole
from ivrkit.prompts.part import Heard, Markup, Rules, opened, secret_spoken
from ivrkit.prompts.written import WrittenPart

_VALUES: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)


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
        text = self.ssml.text(Escaping(scope))
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


class Escaping:
    """A scope whose texts are safe inside marks."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def lookup(self, name: str) -> Value:
        """The value of a name, its texts escaped. Raises KeyError."""
        found: Value = _escaped(self._scope.lookup(name))
        return found

    def now(self) -> Any:
        """The call's time."""
        return self._scope.now()

    def random(self) -> float:
        """The call's chance."""
        return self._scope.random()


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return escape(value, {'"': "&quot;", "'": "&apos;"})
    if isinstance(value, dict):
        return {name: _escaped(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_escaped(each) for each in value]
    return value
