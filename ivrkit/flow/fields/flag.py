"""``flag``: ``true`` or ``false``, written; ``yes``, ``on`` and ``1`` are texts."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.flow import codes
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas

_MEANT = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}


class FlagReading(Reading):
    """``true`` or ``false``."""

    name: ClassVar[str] = "flag"
    example: ClassVar[str] = "true"

    def read(self, context: Context, node: Node, path: str) -> bool:
        text = context.scalar(node, path, "true or false")
        if text in ("true", "false"):
            return text == "true"
        meant = _MEANT.get(text.lower(), text.lower())
        hint = f"write {meant}" if meant in ("true", "false") else "write true or false"
        if "{{" in text:
            hint = "it is written, never computed; use `when` or `if` to decide"
        raise context.fail(
            codes.BAD_VALUE, f"'{text[:40]}' is neither true nor false", node, hint=hint
        )

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"enum": [True, False, "true", "false"]}
