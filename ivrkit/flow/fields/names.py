"""``names``: the names that something may have (``among``), each as its role demands."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.call.fields import Reads
from ivrkit.flow import codes
from ivrkit.flow.fields.name import NameReading
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas


class NamesReading(Reading):
    """A list of names, written and never computed."""

    name: ClassVar[str] = "names"
    example: ClassVar[str] = "[en, de]"

    def __init__(self, reads: Reads) -> None:
        super().__init__(reads)
        self.one = NameReading(reads)

    def read(self, context: Context, node: Node, path: str) -> tuple[str, ...]:
        what = path.rsplit("/", 1)[-1]
        items = context.items(node, what, hint=f"write {what}: {self.example}")
        if not items:
            hint = "write the names that are possible"
            raise context.fail(codes.WRONG_FORM, f"{what} is empty", node, hint=hint)
        return tuple(
            self.one.read(context, item, f"{path}/{number}") for number, item in enumerate(items)
        )

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "array", "items": self.one.schema(schemas), "minItems": 1}
