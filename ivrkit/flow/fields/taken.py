"""``taken``: what is taken out of an answer, and where it stands there."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import Any, ClassVar

from yaml.nodes import MappingNode, Node

from ivrkit.flow import codes
from ivrkit.flow.names import VARIABLE, snake
from ivrkit.flow.reading import Context, Reading, Rejected
from ivrkit.flow.schema import Schemas


class TakenReading(Reading):
    """A variable, or a field of a record, → the place in the answer."""

    name: ClassVar[str] = "taken"
    example: ClassVar[str] = "{balance: /data/balance}"

    @property
    def names(self) -> bool:
        return True

    def claims(self, context: Context, node: MappingNode, fields: Collection[str]) -> bool:
        return True

    def read(self, context: Context, node: Node, path: str) -> dict[str, str]:
        taken = {}
        for key, name, value in context.pairs(node, path.rsplit("/", 1)[-1]):
            with suppress(Rejected):
                if not VARIABLE.fullmatch(name):
                    message = f"'{name[:40]}' is not the name of a variable or field"
                    hint = f"write {snake(name)}" if snake(name) else "they are snake_case"
                    raise context.fail(codes.BAD_NAME, message, key, hint=hint)
                context.demand(value, f"{path}/{name}")
                taken[name] = self._place(context, value, f"{path}/{name}")
        return taken

    def _place(self, context: Context, node: Node, path: str) -> str:
        text = context.text(node, path, "a place in the answer")
        if "{{" in text:
            message = "a place in the answer is written, never computed"
            hint = "take the list or record that it is in, and choose from that"
            raise context.fail(codes.BAD_VALUE, message, context.marks[path], hint=hint)
        return text

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "examples": [{"balance": "/data/balance"}],
        }
