"""``share``: a number from 0 to 1, such as how sure a recogniser must be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.errors import ValueRejected
from ivrkit.expressions.decimals import number_from_text
from ivrkit.flow import codes
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas


class ShareReading(Reading):
    """A number from 0 to 1, written and never computed."""

    name: ClassVar[str] = "share"
    example: ClassVar[str] = "0.6"

    def read(self, context: Context, node: Node, path: str) -> Decimal:
        text = context.scalar(node, path, "a number from 0 to 1")
        try:
            number = number_from_text(text)
        except ValueRejected as error:
            raise context.refuse(error, node) from None
        if not 0 <= number <= 1:
            hint = f"write {number / 100}" if 1 < number <= 100 else "write 0.6"
            message = f"{text} is not between 0 and 1"
            raise context.fail(codes.BAD_VALUE, message, node, hint=hint)
        return number

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": ["number", "string"], "examples": [0.6]}
