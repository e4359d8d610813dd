"""``expression``: a condition or a value, bare (``customer.vip and attempt < 3``)."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Expression
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas


class ExpressionReading(Reading):
    """A bare expression; ``{{ }}`` around it is refused."""

    name: ClassVar[str] = "expression"
    example: ClassVar[str] = "customer.balance"

    def read(self, context: Context, node: Node, path: str) -> Expression:
        text = context.text(node, path, "an expression")
        try:
            return Expression.parse(text)
        except ValueRejected as error:
            raise context.refuse(error, node) from None

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {**SCALAR, "description": "An expression, bare: `customer.vip and attempt < 3`."}
