"""``regex``: a regular expression, written and never computed."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.errors import ExpressionError
from ivrkit.expressions.patterns import compiled
from ivrkit.flow import codes
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas


class RegexReading(Reading):
    """A regular expression."""

    name: ClassVar[str] = "regex"
    example: ClassVar[str] = r"'OK (?P<balance>[\d.]+)'"

    def read(self, context: Context, node: Node, path: str) -> str:
        text = context.text(node, path, "a regular expression")
        try:
            compiled(text)
        except ExpressionError as error:
            message = f"'{text[:40]}': {error.message}"
            hint = error.hint or "look for an open bracket; put the pattern in single quotes"
            raise context.fail(codes.BAD_VALUE, message, node, hint=hint) from None
        return text

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "string", "format": "regex", "examples": [self.example.strip("'")]}
