"""``keep``: for how long something is kept, or ``call``."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from yaml.nodes import Node

from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.types import Type
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas

CALL: Final = "call"
_CALL: Final = Type("choice", options=(CALL,))
_DURATION: Final = Type("duration")


class KeepReading(Reading):
    """A duration, or the word ``call``: until the call is over."""

    name: ClassVar[str] = "keep"
    example: ClassVar[str] = "7d"

    def read(self, context: Context, node: Node, path: str) -> Setting:
        text = context.scalar(node, path, "a duration, or the word call,")
        if text == CALL:
            return Setting(_CALL, CALL, None)
        try:
            return Setting.parse(text, _DURATION)
        except ValueRejected as error:
            if "{{" not in text:
                hint = "write 7d, or call: until the call is over"
                error = ValueRejected(error.message, hint=hint)
            raise context.refuse(error, node) from None

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {**SCALAR, "examples": ["7d", CALL]}
