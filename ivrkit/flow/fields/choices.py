"""``choices``: what can be chosen by saying it."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import MappingNode, Node, ScalarNode

from ivrkit.call.listening import Choices
from ivrkit.flow import codes
from ivrkit.flow.fields.words import WordsReading
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas


class ChoicesReading(Reading):
    """``{billing: [billing, my bill], support: help}``, where phrases may be given per language; in
    a list each choice is said as it is called."""

    name: ClassVar[str] = "choices"
    example: ClassVar[str] = "{billing: [billing, my bill], support: help}"

    def read(self, context: Context, node: Node, path: str) -> Choices:
        if isinstance(node, MappingNode):
            words = WordsReading(self.reads)
            pairs = context.pairs(node, "choices", hint="write {billing: [billing, my bill]}")
            choices = {}
            for key, label, value in pairs:
                context.marks[f"{path}/{label}"] = context.source.value_mark(key)
                choices[label] = words.read(context, value, f"{path}/{label}")
        elif isinstance(node, ScalarNode):
            label = context.text(node, path, "a choice")
            choices = {label: {"": (label,)}}
        else:
            items = context.items(node, "choices", hint="write [billing, support]")
            choices = {}
            for index, item in enumerate(items):
                label = context.text(item, f"{path}/{index}", "a choice")
                context.marks[f"{path}/{label}"] = context.source.value_mark(item)
                choices[label] = {"": (label,)}
        if not choices:
            message = "there is nothing to choose"
            hint = "write {billing: [billing, my bill]}"
            raise context.fail(codes.BAD_VALUE, message, node, hint=hint)
        return choices

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        words = WordsReading(self.reads).schema(schemas)
        several = {"type": "array", "items": SCALAR}
        return {"anyOf": [SCALAR, several, {"type": "object", "additionalProperties": words}]}
