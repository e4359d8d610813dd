"""``columns``: where a value stands in a line of fixed columns."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from yaml.nodes import Node

from ivrkit.call.asking import Columns
from ivrkit.flow import codes
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas

_COLUMNS: Final = re.compile(r"([1-9][0-9]{0,5})(?:(\s*-\s*)([1-9][0-9]{0,5})?)?")


class ColumnsReading(Reading):
    """``10-19``, ``7`` (one column) or ``20-`` (to the end); the first column is 1."""

    name: ClassVar[str] = "columns"
    example: ClassVar[str] = "10-19"

    def read(self, context: Context, node: Node, path: str) -> Columns:
        text = context.scalar(node, path, "columns")
        found = _COLUMNS.fullmatch(text)
        if found is None:
            message = f"'{text[:40]}' are no columns"
            hint = "write 10-19, 7 or 20-; the first column is 1"
            raise context.fail(codes.BAD_VALUE, message, node, hint=hint)
        first = int(found[1])
        last = int(found[3]) if found[3] else (None if found[2] else first)
        if last is not None and last < first:
            hint = f"write {last}-{first}"
            raise context.fail(codes.BAD_VALUE, f"'{text}' ends before it begins", node, hint=hint)
        return Columns(first, last)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "string", "pattern": r"^[1-9][0-9]*(\s*-\s*([1-9][0-9]*)?)?$"},
            ],
            "examples": ["10-19", 7, "20-"],
        }
