"""``type``: the type of a variable, parameter or payload field, written the same everywhere."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.expressions.types import Type
from ivrkit.flow.declarations import read_type
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas


class TypeReading(Reading):
    """``text``, ``{choice: [a, b]}``, a record, ``{type: …, default: …}``."""

    name: ClassVar[str] = "type"
    example: ClassVar[str] = "text"

    def read(self, context: Context, node: Node, path: str) -> Type:
        return read_type(context, node)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return schemas.type()
