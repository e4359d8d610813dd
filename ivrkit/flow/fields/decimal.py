"""``decimal``: a factor, such as the speed of a voice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.errors import ValueRejected
from ivrkit.expressions.decimals import number_from_text
from ivrkit.flow import codes
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas


class DecimalReading(Reading):
    """A number above zero, written and never computed."""

    name: ClassVar[str] = "decimal"
    example: ClassVar[str] = "1.2"

    def read(self, context: Context, node: Node, path: str) -> Decimal:
        text = context.scalar(node, path, "a number")
        try:
            number = number_from_text(text)
        except ValueRejected as error:
            raise context.refuse(error, node) from None
        if number <= 0:
            raise context.fail(codes.BAD_VALUE, f"{text} is not above zero", node)
        return number

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": ["number", "string"], "examples": [1.2]}
