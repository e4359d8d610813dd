"""``slots``: several values that are said at once."""

from __future__ import annotations

from typing import Any, ClassVar

from yaml.nodes import MappingNode, Node, ScalarNode

from ivrkit.call.listening import Slot
from ivrkit.flow import codes
from ivrkit.flow.declarations import read_type
from ivrkit.flow.fields.choices import ChoicesReading
from ivrkit.flow.names import VARIABLE
from ivrkit.flow.reading import Context, Reading, keys_of_mapping
from ivrkit.flow.schema import SCALAR, Schemas

_CHOICES = "choices"


class SlotsReading(Reading):
    """``{amount: money, account: {choices: {savings: my savings}}}``; in a list each slot has the
    type of its variable."""

    name: ClassVar[str] = "slots"
    example: ClassVar[str] = "{amount: money, account: {choices: [savings, checking]}}"

    def read(self, context: Context, node: Node, path: str) -> tuple[Slot, ...]:
        if isinstance(node, MappingNode):
            pairs = context.pairs(node, "slots", hint="write {amount: money, day: date}")
            slots = [
                self._slot(context, key, name, value, f"{path}/{name}")
                for key, name, value in pairs
            ]
        elif isinstance(node, ScalarNode):
            slots = [self._named(context, node, path)]
        else:
            items = context.items(node, "slots", hint="write [amount, account]")
            slots = [
                self._named(context, item, f"{path}/{index}") for index, item in enumerate(items)
            ]
        if not slots:
            message, hint = "there is nothing to fill", "write [amount, account]"
            raise context.fail(codes.BAD_VALUE, message, node, hint=hint)
        return tuple(slots)

    def _named(self, context: Context, node: Node, path: str) -> Slot:
        name = context.scalar(node, path, "the name of a variable")
        self._check(context, node, name)
        context.marks[f"{path.rsplit('/', 1)[0]}/{name}"] = context.source.value_mark(node)
        return Slot(name)

    def _slot(self, context: Context, key: Node, name: str, node: Node, path: str) -> Slot:
        self._check(context, key, name)
        context.marks[path] = context.source.value_mark(key)
        if isinstance(node, MappingNode) and keys_of_mapping(node) == {_CHOICES}:
            value = node.value[0][1]
            choices = ChoicesReading(self.reads).read(context, value, f"{path}/{_CHOICES}")
            return Slot(name, choices=choices)
        return Slot(name, read_type(context, node))

    def _check(self, context: Context, node: Node, name: str) -> None:
        if not VARIABLE.fullmatch(name):
            message = f"'{name[:40]}' is not the name of a variable"
            raise context.fail(codes.BAD_NAME, message, node, hint="write [amount, account]")

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        choices = ChoicesReading(self.reads).schema(schemas)
        with_choices = {
            "type": "object",
            "properties": {_CHOICES: choices},
            "required": [_CHOICES],
            "additionalProperties": False,
        }
        each = {"anyOf": [with_choices, schemas.type()]}
        several = {"type": "array", "items": SCALAR}
        return {"anyOf": [SCALAR, several, {"type": "object", "additionalProperties": each}]}
