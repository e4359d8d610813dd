"""``target``: a section's name, steps in place, or a reserved word."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node

from ivrkit.call.targets import Target
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas
from ivrkit.flow.steps import read_target


class TargetReading(Reading):
    """Where something leads; the field's path is the way."""

    name: ClassVar[str] = "target"
    example: ClassVar[str] = "next"

    @property
    def is_target(self) -> bool:
        return True

    def read(self, context: Context, node: Node, path: str) -> Target:
        return read_target(context, node, path)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return schemas.target()


class TargetsReading(Reading):
    """``targets``: a mapping of names to targets; each is the way ``field/name``."""

    name: ClassVar[str] = "targets"

    def read(self, context: Context, node: Node, path: str) -> dict[str, Target]:
        return {
            name: read_target(context, value, f"{path}/{name}")
            for _, name, value in context.pairs(node, path.rsplit("/", 1)[-1])
        }

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": schemas.target()}
