"""``key``: one key of the telephone, perhaps as a word."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.errors import ValueRejected
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas
from ivrkit.input.patterns import KEYS, key_of


class KeyReading(Reading):
    """``5``, ``star``, ``hash`` or ``pound``; ``none`` switches it off and reads as ``""``."""

    name: ClassVar[str] = "key"
    example: ClassVar[str] = "hash"

    def read(self, context: Context, node: Node, path: str) -> str:
        text = context.scalar(node, path, "a key of the telephone")
        if text == "none":
            return ""
        try:
            return key_of(text)
        except ValueRejected as error:
            raise context.refuse(error, node) from None

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        keys: list[str | int] = [*KEYS, "star", "hash", "pound", "none", *range(10)]
        return {"enum": keys}
