"""``digit_count``: how many digits are asked for."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from yaml.nodes import Node

from ivrkit.call.asking import DigitCount
from ivrkit.errors import ValueRejected
from ivrkit.flow import codes
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas
from ivrkit.input.patterns import Pattern

_COUNT: Final = re.compile(r"([0-9]{1,4})(?:\s*-\s*([0-9]{1,4}))?")


class DigitCountReading(Reading):
    """``4`` (exactly four) or ``6-12`` (six to twelve)."""

    name: ClassVar[str] = "digit_count"
    example: ClassVar[str] = "6-12"

    def read(self, context: Context, node: Node, path: str) -> DigitCount:
        text = context.scalar(node, path, "a number of digits")
        found = _COUNT.fullmatch(text)
        if found is None:
            message = f"'{text[:40]}' is not a number of digits"
            raise context.fail(codes.BAD_VALUE, message, node, hint="write 4, or 6-12")
        least = int(found[1])
        most = int(found[2]) if found[2] else least
        try:
            Pattern.digits(least, most)
        except ValueRejected as error:
            raise context.refuse(error, node) from None
        return DigitCount(least, most)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 255},
                {"type": "string", "pattern": r"^[0-9]{1,4}(\s*-\s*[0-9]{1,4})?$"},
            ],
            "examples": [4, "6-12"],
        }
