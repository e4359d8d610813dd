"""``speed``: how fast a voice is, as a factor."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Final

from yaml.nodes import Node

from ivrkit.errors import ValueRejected
from ivrkit.expressions.decimals import number_from_text
from ivrkit.flow import codes
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas

SLOWEST: Final = Decimal("0.3")
FASTEST: Final = Decimal(3)


class SpeedReading(Reading):
    """A number from 0.3 to 3, written and never computed."""

    name: ClassVar[str] = "speed"
    example: ClassVar[str] = "1.2"

    def read(self, context: Context, node: Node, path: str) -> Decimal:
        text = context.scalar(node, path, "a number")
        try:
            number = number_from_text(text)
        except ValueRejected as error:
            raise context.refuse(error, node) from None
        if not SLOWEST <= number <= FASTEST:
            message = f"no voice is {text} times as fast as usual"
            hint = f"write a number from {SLOWEST} to {FASTEST}"
            raise context.fail(codes.BAD_VALUE, message, node, hint=hint)
        return number

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": ["number", "string"], "examples": [1.2]}
