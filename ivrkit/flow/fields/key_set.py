"""``key_set``: keys of the telephone, each of which does the same."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.errors import ValueRejected
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas
from ivrkit.input.patterns import key_of

ANY = "0123456789*#"


class KeySetReading(Reading):
    """``hash``, ``star``, several one behind the other (``"0#"``, ``star hash``), ``any`` of the
    telephone's twelve, or ``none``, which reads as ``""``."""

    name: ClassVar[str] = "key_set"
    example: ClassVar[str] = "hash"

    def read(self, context: Context, node: Node, path: str) -> str:
        text = context.scalar(node, path, "keys of the telephone")
        if text in ("none", "any"):
            return ANY if text == "any" else ""
        words = [key for word in text.split() for key in _split(word)]
        try:
            return "".join(dict.fromkeys(key_of(word) for word in words))
        except ValueRejected as error:
            raise context.refuse(error, node) from None

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {**SCALAR, "examples": ["hash", "any", "none"]}


def _split(word: str) -> list[str]:
    """Keys one behind the other; a word (``star``) is one."""
    return [word] if word.isalpha() and len(word) > 1 else list(word)
