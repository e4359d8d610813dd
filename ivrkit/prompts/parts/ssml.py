"""Speech with marks of SSML (W3C), for voices that know it."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from pydantic import model_validator

from ivrkit.call.fields import Text
from ivrkit.call.prompt import Piece
from ivrkit.errors import PromptError
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.values import Value
from ivrkit.prompts.part import Heard, Markup, Rules, opened, secret_spoken
from ivrkit.prompts.written import WrittenPart

ELEMENTS: Final = frozenset(
    {
        *("speak", "p", "s", "break", "prosody", "emphasis", "say-as", "sub"),
        *("voice", "lang", "phoneme", "token", "w", "mark"),
    }
)
"""What a text may be marked with: all of SSML 1.1 that names no file on the machine."""
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
            parsed(_VALUES.sub("x", self.ssml.source))
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
        return Markup(source if _is_whole(source) else f"<speak>{source}</speak>", text)


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


def parsed(source: str) -> ElementTree.Element:
    """SSML as a tree. Raises PromptError if it is not well formed, or names what no prompt
    may."""
    if "<!" in source or "<?" in source:
        raise PromptError(
            "declarations do not belong into a prompt", hint="leave out what begins with <! or <?"
        )
    whole = source if _is_whole(source) else f"<speak>{source}</speak>"
    try:
        root = ElementTree.fromstring(whole)  # noqa: S314 (no declarations, hence no entities)
    except ElementTree.ParseError as error:
        raise PromptError(
            f"this is no well-formed SSML: {str(error).partition(':')[0]}",
            hint="close every element, and write &amp; for & and &lt; for <",
        ) from None
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name not in ELEMENTS:
            raise PromptError(
                f"<{name}> is no mark of a prompt", hint=f"there are {', '.join(sorted(ELEMENTS))}"
            )
    return root


def _is_whole(source: str) -> bool:
    return source.lstrip().startswith("<speak")
