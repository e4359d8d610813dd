"""``check``: what an entry must hold."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import MappingNode, Node, SequenceNode

from ivrkit.call.asking import Check
from ivrkit.call.targets import Branch
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas


class CheckReading(Reading):
    """A condition over the entry, or steps that end with ``wrong`` if it is not good."""

    name: ClassVar[str] = "check"
    example: ClassVar[str] = "luhn(card)"

    def read(self, context: Context, node: Node, path: str) -> Check:
        if isinstance(node, SequenceNode | MappingNode):
            steps = context.read(context.language.target, node, path)
            assert isinstance(steps, Branch)
            return Check(steps=steps)
        return Check(condition=context.read(context.language.condition, node, path))

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"anyOf": [SCALAR, schemas.steps()]}
