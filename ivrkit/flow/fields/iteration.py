"""``iteration``: ``message in messages``."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from yaml.nodes import Node

from ivrkit.call.asking import Iteration
from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.scope import ExpressionSyntax
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import within
from ivrkit.flow.names import is_taken
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas

_FORM: Final = re.compile(r"\s*([a-z][a-z0-9_]*)\s+in\s+")


class IterationReading(Reading):
    """The name of the item, and an expression whose value is a list."""

    name: ClassVar[str] = "iteration"
    example: ClassVar[str] = "message in messages"

    def read(self, context: Context, node: Node, path: str) -> Iteration:
        text = context.text(node, path, "item in list")
        mark = context.marks[path]
        found = _FORM.match(text)
        if found is None:
            message = f"'{text[:40]}' does not name an item and a list"
            raise context.fail(codes.BAD_VALUE, message, mark, hint="write message in messages")
        if is_taken(found[1]):
            message = f"'{found[1]}' is always there and cannot be the item"
            raise context.fail(
                codes.RESERVED_NAME, message, within(mark, found.start(1), len(found[1]))
            )
        offset = found.end()
        try:
            items = Expression.parse(text[offset:])
        except ExpressionSyntax as error:
            place = within(mark, offset + error.offset, error.length)
            raise context.fail(
                codes.BAD_EXPRESSION, error.message, place, hint=error.hint
            ) from None
        except ValueRejected as error:
            raise context.refuse(error, node) from None
        length = max(1, mark.length - offset)
        context.marks[path] = within(mark, offset, length)
        return Iteration(found[1], items)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\s*[a-z][a-z0-9_]*\s+in\s"}
