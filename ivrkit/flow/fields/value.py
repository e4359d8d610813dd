"""``value``: one value whose own type decides what it means."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.call.asking import Assigned
from ivrkit.flow.fields.assigned import read_value
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas


class ValueReading(Reading):
    """A literal or one whole ``{{ }}`` keeps its type; text around ``{{ }}`` is a text."""

    name: ClassVar[str] = "value"
    example: ClassVar[str] = '"{{ task }}"'

    def read(self, context: Context, node: Node, path: str) -> Assigned:
        return read_value(context, node, path)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return dict(SCALAR)
