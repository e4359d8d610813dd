"""``assignments``, ``values`` and ``arguments``: names and values whose own types decide what
they mean. A literal or one whole ``{{ }}`` keeps its type; text around ``{{ }}`` is a text."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import Any, ClassVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.asking import Assigned
from ivrkit.call.fields import Reads
from ivrkit.call.prompt import Prompt
from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.types import Type
from ivrkit.flow import codes
from ivrkit.flow.fields.name import NameReading
from ivrkit.flow.names import SNAKE, snake
from ivrkit.flow.reading import Context, Reading, Rejected, is_unclear
from ivrkit.flow.schema import SCALAR, Schemas

_ANY = Type("any")


class ValuesReading(Reading):
    """A field → its value: of a payload, of a database's parameters, of a form."""

    name: ClassVar[str] = "values"
    example: ClassVar[str] = '{account: "{{ account }}"}'

    def claims(self, context: Context, node: MappingNode, fields: Collection[str]) -> bool:
        return True

    def read(self, context: Context, node: Node, path: str) -> dict[str, Any]:
        values, unnamed = {}, 0
        for key, name, value in context.pairs(node, path.rsplit("/", 1)[-1] or "values"):
            unnamed += 1
            with suppress(Rejected):
                self.check_name(context, key, name)
                unnamed -= 1
                context.demand(value, f"{path}/{name}")
                values[name] = self.value(context, value, f"{path}/{name}")
        if unnamed or is_unclear(node):  # then it is not known what is set
            raise Rejected
        return values

    def check_name(self, context: Context, key: ScalarNode, name: str) -> None:
        """Refuse a name that cannot be one."""

    def value(self, context: Context, node: Node, path: str) -> Assigned | Prompt:
        """One value."""
        return read_value(context, node, path)

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": SCALAR}


class AssignmentsReading(ValuesReading):
    """``set``: a variable, or one field of it, → its new value, from top to bottom."""

    name: ClassVar[str] = "assignments"
    example: ClassVar[str] = "{task.step: amount}"

    def __init__(self, reads: Reads) -> None:
        super().__init__(reads)
        self._names = NameReading(Reads("name", role="variable"))

    def check_name(self, context: Context, key: ScalarNode, name: str) -> None:
        self._names.read(context, key, f"{name}/")


class ArgumentsReading(ValuesReading):
    """``with``: a parameter → its value; a list or a part is a prompt."""

    name: ClassVar[str] = "arguments"
    example: ClassVar[str] = '{account: "{{ account }}"}'

    def check_name(self, context: Context, key: ScalarNode, name: str) -> None:
        if not SNAKE.fullmatch(name):
            near = snake(name)
            message = f"'{name[:40]}' is not the name of a parameter"
            hint = f"write {near}" if near else "parameters are snake_case"
            raise context.fail(codes.BAD_NAME, message, key, hint=hint)

    def value(self, context: Context, node: Node, path: str) -> Assigned | Prompt:
        if isinstance(node, ScalarNode):
            return read_assigned(context, node, path)
        prompt = context.read(context.language.prompt, node, path)
        assert isinstance(prompt, Prompt)
        return prompt

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": {"anyOf": [SCALAR, schemas.prompt()]}}


def read_value(context: Context, node: Node, path: str) -> Assigned:
    """A value as :func:`read_assigned` reads it; lists and mappings are refused with the cure."""
    if not isinstance(node, ScalarNode):
        hint = 'put it into a variable or into `data`, and write "{{ name }}"'
        if not node.value:
            hint = 'write "{{ [] }}"' if isinstance(node, SequenceNode) else 'write "{{ {} }}"'
        message = "a value is written as one text, not as a list or mapping"
        raise context.fail(codes.WRONG_FORM, message, node, hint=hint)
    return read_assigned(context, node, path)


def read_assigned(context: Context, node: ScalarNode, path: str) -> Assigned:
    """A literal or whole ``{{ }}`` as a setting of any type, other texts as a template."""
    text = context.text(node, path, "a value")
    try:
        if text == "none" and not node.style:
            return Setting(_ANY, None, None)  # unquoted: it empties the variable
        if "{{" not in text:
            return Setting.parse(text, _ANY)
        template = Template.parse(text)
        if len(template.expressions) == 1 and _is_whole(text, template.expressions[0]):
            return Setting.parse(text, _ANY)
        return template
    except ValueRejected as error:
        raise context.refuse(error, node) from None


def _is_whole(text: str, expression: Expression) -> bool:
    """Whether the one ``{{ }}`` is the whole text."""
    bare = text.strip()
    return (
        bare.startswith("{{")
        and bare.endswith("}}")
        and bare[2:-2].strip() == expression.source.strip()
    )
