"""What a voice over HTTP is asked: the texts of its settings, filled in with what is to be said.

A part ``{{ }}`` is an expression of the language; each kind of body quotes what comes of it, so
that nothing of a text can be anything else there than text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Self
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

from pydantic import Field, PrivateAttr, SecretStr, model_validator

from ivrkit.call.settings import Section
from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.expression import Expression, Template
from ivrkit.expressions.fixed import FixedScope, FixedTypes
from ivrkit.expressions.json_text import from_json, to_json
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.values import spoken

NAMES: Final[Mapping[str, str]] = {
    "text": "text",
    "ssml": "text",
    "language": "text",
    "voice": "text",
    "speed": "number",
}
"""What a request can be made of, and of which type it is."""
_TYPES: Final = FixedTypes(NAMES)
_CONTENT: Final = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "xml": "application/ssml+xml; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}
_QUOTES: Final = {'"': "&quot;", "'": "&apos;"}


class VoiceBody(Section):
    """What is sent; one of them. In each, ``{{ text }}``, ``{{ ssml }}`` (the same with its marks,
    for services that take SSML), ``{{ language }}``, ``{{ voice }}`` and ``{{ speed }}`` stand for
    what is to be said, and ``${NAME}`` for a variable of the environment. ``json`` is a JSON
    document in which they stand in quotes (`"{{ speed }}"` alone is sent as a number); ``form``
    names and values; ``xml`` and ``text`` are sent as they are."""

    json_: SecretStr | None = Field(default=None, alias="json")
    form: dict[str, SecretStr] | None = None
    xml: SecretStr | None = None
    text: SecretStr | None = None
    _filled: Filled = PrivateAttr()

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        given = [name for name in _CONTENT if self._given(name) is not None]
        if len(given) != 1:
            raise ValueError("write one of json, form, xml, text")
        (kind,) = given
        self._filled = Filled(kind, _parsed(kind, self._given(kind)))
        return self

    def _given(self, kind: str) -> Any:
        return self.json_ if kind == "json" else getattr(self, kind)

    @property
    def filled(self) -> Filled:
        """The body, ready to be filled in."""
        return self._filled


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said: ``ssml`` is what stands inside of the element `speak`."""

    text: str
    ssml: str
    language: str
    voice: str | None
    speed: float

    @property
    def scope(self) -> Scope:
        """The names of templates, and their values."""
        speed = Decimal(str(self.speed))
        values = {**{name: getattr(self, name) for name in NAMES}, "speed": speed}
        return FixedScope(values)


@dataclass(frozen=True, slots=True)
class Filled:
    """A body: of which kind it is, and its texts in the form of that kind."""

    kind: str
    content: Any

    @property
    def media_type(self) -> str:
        """The header ``Content-Type``."""
        return _CONTENT[self.kind]

    @property
    def names(self) -> frozenset[str]:
        """Of what it is made."""
        return frozenset().union(*(used(each) for each in _templates(self.content)))

    def of(self, said: Said) -> bytes:
        """The body for what is to be said. Raises ExpressionError."""
        scope = said.scope
        if self.kind == "json":
            return to_json(_in_json(self.content, scope))
        if self.kind == "form":
            return encoded(self.content, scope).encode()
        return filled(self.content, scope, _escaped if self.kind == "xml" else _plain).encode()


def template(text: str) -> Template:
    """A text of the settings. Raises ValueError, which never quotes it."""
    try:
        parsed = Template.parse(text)
    except ValueRejected:
        raise ValueError(
            "what stands in {{ }} is no expression; write {{ text }}, {{ language }} …"
        ) from None
    problems = parsed.check(_TYPES)[1]
    if problems:
        raise ValueError(f"{problems[0].message}; there are {', '.join(NAMES)}")
    return parsed


def used(parsed: Template) -> frozenset[str]:
    """The names that a text uses."""
    return frozenset(each.path[0] for each in parsed.references())


def encoded(pairs: Mapping[str, Template], scope: Scope) -> str:
    """Names and texts as a form or a query has them. Raises ExpressionError."""
    return urlencode({name: filled(each, scope, _plain) for name, each in pairs.items()})


def in_path(text: Template, scope: Scope) -> str:
    """An address, whose values cannot be more than a part of its path. Raises ExpressionError, also
    for values that mean another folder (RFC 3986, section 5.2.4), however they are quoted."""
    return filled(text, scope, _segment)


def filled(parsed: Template, scope: Scope, quoted: Callable[[str, Expression], str]) -> str:
    """A text with its parts. Raises ExpressionError."""
    return "".join(
        quoted(_text(part, scope), part) if isinstance(part, Expression) else part
        for part in parsed.parts
    )


def _text(part: Expression, scope: Scope) -> str:
    value = part.value(scope)
    if value is None:
        raise ExpressionError(f"there is no {part.source}")
    return spoken(value)


def _segment(value: str, part: Expression) -> str:
    if value in (".", ".."):
        raise ExpressionError(f"{part.source} cannot stand in an address")
    return quote(value, safe="")


def _plain(value: str, part: Expression) -> str:
    return value


def _escaped(value: str, part: Expression) -> str:
    """Marks stay marks; all else is text."""
    return value if part.source == "ssml" else escape(value, _QUOTES)


def _parsed(kind: str, given: Any) -> Any:
    if kind == "form":
        return {name: template(each.get_secret_value()) for name, each in given.items()}
    text = given.get_secret_value()
    if kind != "json":
        return template(text)
    try:
        return _json_templates(from_json(text))
    except ValueRejected as error:
        raise ValueError(f'{error.message}; values stand in quotes: "{{{{ text }}}}"') from None


def _json_templates(value: Any) -> Any:
    if isinstance(value, str):
        return template(value)
    if isinstance(value, dict):
        return {name: _json_templates(each) for name, each in value.items()}
    return [_json_templates(each) for each in value] if isinstance(value, list) else value


def _in_json(value: Any, scope: Scope) -> Any:
    if isinstance(value, Template):
        alone = value.parts[0] if len(value.parts) == 1 else None
        if isinstance(alone, Expression):
            return alone.value(scope)
        return filled(value, scope, _plain)
    if isinstance(value, dict):
        return {name: _in_json(each, scope) for name, each in value.items()}
    return [_in_json(each, scope) for each in value] if isinstance(value, list) else value


def _templates(content: Any) -> Iterator[Template]:
    if isinstance(content, Template):
        yield content
    elif isinstance(content, Mapping):
        for each in content.values():
            yield from _templates(each)
    elif isinstance(content, list):
        for each in content:
            yield from _templates(each)
