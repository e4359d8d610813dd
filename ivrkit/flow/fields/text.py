"""``text``: a text with ``{{ }}``."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Template
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas


class TextReading(Reading):
    """A text; its ``{{ }}`` parts are expressions."""

    name: ClassVar[str] = "text"
    example: ClassVar[str] = "Hello {{ customer.name }}"

    def read(self, context: Context, node: Node, path: str) -> Template:
        text = context.text(node, path)
        try:
            return Template.parse(text)
        except ValueRejected as error:
            raise context.refuse(error, node) from None

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return dict(SCALAR)
