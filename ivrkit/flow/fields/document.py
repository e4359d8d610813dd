"""``document``: a document of JSON, written as YAML."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, ClassVar, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.errors import ValueRejected
from ivrkit.expressions.decimals import number_from_text
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.types import Type
from ivrkit.flow import codes
from ivrkit.flow.fields.assigned import read_assigned
from ivrkit.flow.reading import Context, Reading, Rejected
from ivrkit.flow.schema import Schemas

_ANY: Final = Type("any")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_WORDS: Final = {"true": True, "false": False, "null": None, "none": None}


def _is_json(text: str) -> bool:
    """Whether a text is a document itself, and no single ``{{ }}``."""
    return not text.lstrip().startswith("{{") and text.rstrip()[-1] in "}]"


class DocumentReading(Reading):
    """Records, lists and values. Without quotes, ``12.50``, ``true``, ``false`` and ``null`` are
    what they are in JSON; ``0123``, ``yes`` and ``+49…`` are none of these, and texts."""

    name: ClassVar[str] = "document"
    example: ClassVar[str] = '{amount: "{{ amount }}", currency: EUR}'

    def read(self, context: Context, node: Node, path: str) -> Any:
        if isinstance(node, MappingNode):
            record = {}
            for _, name, value in context.pairs(node, path.rsplit("/", 1)[-1]):
                with suppress(Rejected):
                    record[name] = context.read(self, value, f"{path}/{name}")
            return record
        if isinstance(node, SequenceNode):
            items = []
            for number, item in enumerate(context.items(node, path.rsplit("/", 1)[-1])):
                with suppress(Rejected):
                    items.append(context.read(self, item, f"{path}/{number}"))
            return items
        assert isinstance(node, ScalarNode)
        if not node.style and node.value in _WORDS:
            context.scalar(node, path, "a value")
            return Setting(_ANY, _WORDS[node.value], None)
        if not node.style and _NUMBER.fullmatch(node.value):
            context.scalar(node, path, "a value")
            try:
                return Setting(_ANY, number_from_text(node.value), None)
            except ValueRejected as error:
                raise context.refuse(error, node) from None
        if "/" not in path and node.value.lstrip()[:1] in ("{", "[") and _is_json(node.value):
            message = "a document is written as a mapping or list, not as a text of JSON"
            hint = 'write {article: "{{ article }}", count: 1}, without the quotes around it'
            raise context.fail(codes.WRONG_FORM, message, node, hint=hint)
        return read_assigned(context, node, path)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"title": "a document of JSON", "examples": [{"currency": "EUR"}]}
