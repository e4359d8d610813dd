"""``setting``: a literal of a type, or one whole ``{{ }}`` whose type is kept and checked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Final

from yaml.nodes import Node

from ivrkit.call.fields import Reads
from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.types import Type
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import COMPUTED, DURATION, SCALAR, Schemas

_EXAMPLES: Final = {
    "duration": "5s",
    "number": "3",
    "money": "12.50",
    "flag": "true",
    "digits": "0123",
    "phone": "+49301234567",
    "date": "2026-03-02",
    "time": "10:30",
}

_NUMBER: Final = r"-?[0-9]+(\.[0-9]+)?"
_WRITTEN: Final[dict[str, tuple[list[str], str]]] = {
    "duration": ([], DURATION),
    "number": (["number"], _NUMBER),
    "money": (["number"], _NUMBER),
    "flag": (["boolean"], "true|false"),
    "digits": (["integer"], "[0-9*#]+"),
    "phone": (["integer"], r"\+?[0-9][0-9 ()/.-]*"),
    "date": ([], "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "time": ([], "[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"),
}
"""How literals of a kind look to a reader of YAML: other forms than texts, and the text's form."""


class SettingReading(Reading):
    """``5s``, ``3`` or ``"{{ patience }}"``. The annotation's ``type`` decides what it is: a word
    of the language, ``choice:busy,declined``, or nothing for a value of any type."""

    name: ClassVar[str] = "setting"

    def __init__(self, reads: Reads) -> None:
        super().__init__(reads)
        self.type = _type_of(reads.type)

    def read(self, context: Context, node: Node, path: str) -> Setting:
        text = context.scalar(node, path, self.type.describe())
        try:
            setting = Setting.parse(text, self.type)
            self._check(text, setting)
        except ValueRejected as error:
            raise context.refuse(error, node) from None
        return setting

    def _check(self, text: str, setting: Setting) -> None:
        """Refuse what is written and can never be right."""
        value, least = setting.literal, self.reads.least
        if not least or value is None:
            return
        smallest: Any = self.type.parse(least)
        if isinstance(value, Decimal) and value != value.to_integral_value():
            raise ValueRejected(f"'{text}' is no whole number", hint=f"write {round(value)}")
        if value < smallest:
            raise ValueRejected(f"'{text}' is less than {least}", hint=f"write {least} or more")

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        kind, options = self.type.kind, self.type.options
        example = options[0] if options else _EXAMPLES.get(kind)
        schema: dict[str, Any] = {"title": self.type.describe()}
        if options:
            schema["anyOf"] = [
                {"enum": list(options)},
                {"type": "string", "pattern": f"^{COMPUTED}$"},
            ]
        elif kind in _WRITTEN:
            also, form = _WRITTEN[kind]
            schema["type"] = ["string", *also]
            schema["pattern"] = f"^({form}|{COMPUTED})$"
        else:
            schema.update(SCALAR)
        return {**schema, "examples": [example]} if example else schema


def _type_of(text: str) -> Type:
    if not text:
        return Type("any")
    if text.startswith("choice:"):
        return Type("choice", options=tuple(text.removeprefix("choice:").split(",")))
    return Type.read(text)
