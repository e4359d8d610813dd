"""``setting``: a literal of a type, or one whole ``{{ }}`` whose type is kept and checked."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.call.fields import Reads
from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.types import Type
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas

_EXAMPLES = {
    "duration": "5s",
    "number": "3",
    "money": "12.50",
    "flag": "true",
    "digits": "0123",
    "phone": "+49301234567",
    "date": "2026-03-02",
    "time": "10:30",
}


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
            return Setting.parse(text, self.type)
        except ValueRejected as error:
            raise context.refuse(error, node) from None

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        example = self.type.options[0] if self.type.options else _EXAMPLES.get(self.type.kind)
        schema: dict[str, Any] = {**SCALAR, "title": self.type.describe()}
        return {**schema, "examples": [example]} if example else schema


def _type_of(text: str) -> Type:
    if not text:
        return Type("any")
    if text.startswith("choice:"):
        return Type("choice", options=tuple(text.removeprefix("choice:").split(",")))
    return Type.read(text)
