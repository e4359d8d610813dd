"""Types of variables, parameters and payload fields, written the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ivrkit.errors import ValueRejected
from ivrkit.expressions.accepting import accept
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.typed_text import READERS
from ivrkit.expressions.values import Value

WORDS: Final = tuple(READERS)
"""The kinds that a single word names."""

_DETAILS: Final = frozenset({"default", "optional", "secret"})
_FORMS: Final = frozenset({"type", "choice", "list"})
_MOST_DEPTH: Final = 20


@dataclass(frozen=True)
class Type:
    """What a value must be. ``kind`` is a word of the language, ``choice``, ``list``, ``record``,
    or ``any`` (of the check only: a type not known).

    ``options`` belong to a choice, ``item`` to a list, ``fields`` to a record. ``secret`` values
    are wrapped in ``Secret``; ``stored`` is false for ``secret: never_stored``.
    """

    kind: str
    options: tuple[str, ...] = ()
    item: Type | None = None
    fields: Mapping[str, Type] = field(default_factory=dict, hash=False)
    optional: bool = False
    default: Value = field(default=None, hash=False)
    secret: bool = False
    stored: bool = True

    @classmethod
    def read(cls, raw: object) -> Type:
        """Read a type from plain data, whose scalars are texts: a word or a mapping.

        Raises:
            ValueRejected: no such type; the hint has the nearest word.
        """
        return _read(raw, 0)

    def parse(self, text: str) -> Value:
        """Read a text as a value of this type.

        Raises:
            ValueRejected: it is none. The text of a secret is not repeated.
        """
        return self.accept(text)

    def accept(self, value: Any) -> Value:
        """Take a value of a database, of JSON or of an expression as one of this type.

        None stays None (``missing`` tells where it may not). Of a record the declared fields are
        taken, those not given are None. A secret stays secret whatever the type.

        Raises:
            ValueRejected: it is no value of this type. A secret is not repeated.
        """
        if value is None:
            return None
        if not self.secret and not isinstance(value, Secret):
            return accept(self, value)
        inner = value.reveal() if isinstance(value, Secret) else value
        if inner is None:
            return Secret(None)
        try:
            return Secret(accept(self, inner))
        except ValueRejected:
            raise ValueRejected(f"a secret is not {self.describe()}") from None

    def missing(self, value: Value, path: str = "") -> list[str]:
        """The paths of what is none without being optional; ``""`` is the value itself."""
        inner = value.reveal() if isinstance(value, Secret) else value
        if inner is None:
            return [] if self.optional else [path]
        if isinstance(inner, dict):
            named = [
                (f"{path}.{name}".lstrip("."), type_, inner.get(name))
                for name, type_ in self.fields.items()
            ]
            return [each for place, type_, field in named for each in type_.missing(field, place)]
        if isinstance(inner, list) and self.item is not None:
            items = enumerate(inner)
            return [each for n, one in items for each in self.item.missing(one, f"{path}[{n}]")]
        return []

    def admits(self, other: Type | None) -> bool:
        """Whether a value of the other type can be one of this type. Unknown types may be."""
        if other is None or "any" in (self.kind, other.kind):
            return True
        if self.kind == "record":
            return other.kind == "record" and all(
                other.fields[name].kind == "any" or type_.admits(other.fields[name])
                for name, type_ in self.fields.items()
                if name in other.fields
            )
        if self.kind == "list":
            return other.kind == "list" and (self.item is None or self.item.admits(other.item))
        if self.kind == "choice" and other.kind == "choice":
            return bool(set(self.options) & set(other.options))
        return other.kind in _ADMITTED.get(self.kind, ()) or other.kind == self.kind

    def holds_secret(self) -> bool:
        """Whether a value of this type is a secret or has one in it."""
        inner = (*self.fields.values(), *((self.item,) if self.item else ()))
        return self.secret or any(each.holds_secret() for each in inner)

    def with_secret(self) -> Type:
        """The same type, secret."""
        return self if self.secret else replace(self, secret=True)

    def describe(self) -> str:
        """The type in words, for a message: ``a number``, ``one of cards, other``."""
        if self.kind == "choice":
            return f"one of {', '.join(self.options)}"
        if self.kind == "list":
            return f"a list (of {self.item.kind})" if self.item else "a list"
        if self.kind == "record":
            return f"a record ({', '.join(self.fields)})" if self.fields else "a record"
        return {"digits": "digits", "money": "an amount of money", "any": "a value"}.get(
            self.kind, f"a {self.kind}"
        )

    def schema(self) -> dict[str, Any]:
        """The JSON schema of a value of this type, as ``plain`` writes it."""
        if self.kind == "choice":
            schema: dict[str, Any] = {"type": "string", "enum": list(self.options)}
        elif self.kind == "list":
            schema = {"type": "array", "items": self.item.schema() if self.item else {}}
        elif self.kind == "record":
            schema = {
                "type": "object",
                "properties": {name: each.schema() for name, each in self.fields.items()},
                "required": [name for name, each in self.fields.items() if not each.optional],
                "additionalProperties": False,
            }
        else:
            schema = dict(_SCHEMAS.get(self.kind, {}))
        if self.secret:
            schema["writeOnly"] = True
        return schema


_TEXTUAL: Final = ("text", "digits", "phone", "choice", "secret")
_ADMITTED: Final[dict[str, tuple[str, ...]]] = {
    "text": (*_TEXTUAL, "number", "money", "flag", "date", "time", "datetime", "duration"),
    "prompt": ("text", "digits", "phone", "choice", "list", "record"),
    "digits": ("text", "secret", "number", "choice", "phone"),
    "secret": ("text", "digits", "number"),
    "phone": ("text", "digits", "number", "choice"),
    "choice": ("text", "digits"),
    "number": ("money", *_TEXTUAL),
    "money": ("number", *_TEXTUAL),
    "flag": ("text", "choice", "number"),
    "date": ("text", "datetime"),
    "datetime": ("text", "date"),
    "time": ("text",),
    "duration": ("text", "choice"),
}
"""Which kinds a kind takes besides itself. A text may hold any of them: it is read at run time."""

_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": "string"},
    "digits": {"type": "string", "pattern": "^[0-9*#]+$"},
    "secret": {"type": "string", "pattern": "^[0-9*#]+$"},
    "phone": {"type": "string", "pattern": r"^\+?[0-9]{2,15}$"},
    "number": {"type": "number"},
    "money": {"type": "number"},
    "flag": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"},
    "datetime": {"type": "string", "format": "date-time"},
    "duration": {"type": "string", "pattern": r"^-?[0-9]+(d|h|m|s|ms)$"},
}


def _read(raw: object, depth: int) -> Type:
    if depth > _MOST_DEPTH:
        raise ValueRejected("types are nested too deeply")
    if isinstance(raw, Type):
        return raw
    if isinstance(raw, str):
        return _read_word(raw)
    if not isinstance(raw, Mapping):
        raise ValueRejected(
            "a type is a word or a mapping", hint="write text, {choice: [a, b]} or {list: text}"
        )
    if not raw:
        raise ValueRejected("a record needs a field", hint="write {name: text}")
    forms = _FORMS & raw.keys()
    if not forms:
        fields = {str(name): _read(each, depth + 1) for name, each in raw.items()}
        return Type("record", fields=fields)
    if len(forms) > 1:
        raise ValueRejected(f"a type is one of {', '.join(sorted(forms))}, not several")
    form = next(iter(forms))
    for name in raw.keys() - _DETAILS - forms:
        raise ValueRejected(
            f"'{name}' does not belong to a type",
            hint=did_you_mean(str(name), _DETAILS) + f"; a record cannot have a field named {form}",
        )
    return _with_details(_read_form(form, raw[form], depth), raw)


def _read_word(word: str) -> Type:
    if word in READERS:
        return Type(word, secret=word == "secret")
    raise ValueRejected(f"there is no type '{word}'", hint=did_you_mean(word, WORDS))


def _read_form(form: str, raw: object, depth: int) -> Type:
    if form == "type":
        return _read(raw, depth + 1)
    if form == "list":
        return Type("list", item=_read(raw, depth + 1))
    if not isinstance(raw, list) or not raw or not all(isinstance(each, str) for each in raw):
        raise ValueRejected("a choice needs its words", hint="write {choice: [a, b]}")
    if len(set(raw)) < len(raw):
        raise ValueRejected("a word stands twice in this choice")
    return Type("choice", options=tuple(raw))


def _with_details(type_: Type, raw: Mapping[Any, Any]) -> Type:
    optional = _read_flag(raw, "optional") if "optional" in raw else type_.optional
    stored = raw.get("secret") != "never_stored" and type_.stored
    secret = type_.secret
    if "secret" in raw:
        secret = not stored or _read_flag(raw, "secret")
    type_ = replace(type_, optional=optional, secret=secret, stored=stored)
    if "default" not in raw:
        return type_
    if secret:
        raise ValueRejected("a secret has no default", hint="a file is no place for a secret")
    try:
        return replace(
            type_, default=None if raw["default"] is None else type_.accept(raw["default"])
        )
    except ValueRejected as error:
        raise ValueRejected(f"default: {error.message}", hint=error.hint) from None


def _read_flag(raw: Mapping[Any, Any], name: str) -> bool:
    value = raw[name]
    if value not in ("true", "false", True, False):
        words = "true, false or never_stored" if name == "secret" else "true or false"
        raise ValueRejected(f"{name}: write {words}")
    return value in ("true", True)
