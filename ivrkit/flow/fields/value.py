"""``value``: one value whose own type decides what it means."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import Node, ScalarNode, SequenceNode

from ivrkit.call.asking import Assigned
from ivrkit.flow import codes
from ivrkit.flow.fields.assigned import read_assigned
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas


class ValueReading(Reading):
    """A literal or one whole ``{{ }}`` keeps its type; text around ``{{ }}`` is a text."""

    name: ClassVar[str] = "value"
    example: ClassVar[str] = '"{{ task }}"'

    def read(self, context: Context, node: Node, path: str) -> Assigned:
        if not isinstance(node, ScalarNode):
            hint = 'put it into a variable or into `data`, and write "{{ name }}"'
            if not node.value:
                hint = 'write "{{ [] }}"' if isinstance(node, SequenceNode) else 'write "{{ {} }}"'
            message = "a value is written as one text, not as a list or mapping"
            raise context.fail(codes.WRONG_FORM, message, node, hint=hint)
        return read_assigned(context, node, path)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return dict(SCALAR)
