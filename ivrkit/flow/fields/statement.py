"""``statement``: SQL whose ``:names`` are variables."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final

from yaml.nodes import Node

from ivrkit.call.binding import Bound
from ivrkit.call.requests.sql import names_in
from ivrkit.call.targets import Mark
from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Expression
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import within
from ivrkit.flow.names import VARIABLE
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import Schemas

_QUOTED: Final = re.compile(r"'(%?)\s*:([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*(%?)'")
_INSERTED: Final = re.compile(r"'?\{\{\s*(.*?)\s*(?:\}\}'?|\Z)", re.DOTALL)


class StatementReading(Reading):
    """A statement; ``:account`` in it is the value of the variable ``account``."""

    name: ClassVar[str] = "statement"
    example: ClassVar[str] = "select name, balance from accounts where number = :account"

    def read(self, context: Context, node: Node, path: str) -> Bound:
        text = context.text(node, path, "a statement")
        self._refuse_templates(context, text, path)
        self._refuse_quotes(context, text, path)
        try:
            names = names_in(text)
        except ValueRejected as error:
            raise context.refuse(error, node) from None
        for name in names:
            context.marks[f"{path}/{name}"] = _place(context, node, path, name)
        return Bound(text, {name: self._value(context, name, f"{path}/{name}") for name in names})

    def _value(self, context: Context, name: str, path: str) -> Expression:
        try:
            return Expression.parse(name)
        except ValueRejected:
            message = f"':{name}' is a word of the language, and no name of a value"
            raise context.fail(
                codes.BAD_NAME, message, context.marks[path], hint="take another name"
            ) from None

    def _refuse_templates(self, context: Context, text: str, path: str) -> None:
        found = _INSERTED.search(text)
        if found is None:
            return
        inner = found[1]
        hint = f"write :{inner}"
        if not VARIABLE.fullmatch(inner):
            hint = f'write :value, and `with: {{value: "{{{{ {inner[:40]} }}}}"}}`'
        raise context.fail(
            codes.TEMPLATE_IN_STATEMENT,
            "a value is not put into the text of a statement",
            within(context.marks[path], found.start(), len(found[0])),
            hint=hint,
        )

    def _refuse_quotes(self, context: Context, text: str, path: str) -> None:
        found = _QUOTED.search(text)
        if found is None:
            return
        before, name, behind = found.groups()
        hint = f"write :{name}, without the quotes"
        if before or behind:
            parts = " ~ ".join(filter(None, (before and "'%'", name, behind and "'%'")))
            hint = f'write :like, and `with: {{like: "{{{{ {parts} }}}}"}}`'
        raise context.fail(
            codes.BAD_VALUE,
            f"':{name}' in quotes is a text, not the value of '{name}'",
            within(context.marks[path], found.start(), len(found[0])),
            hint=hint,
        )

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        return {"type": "string", "examples": [self.example]}


def _place(context: Context, node: Node, path: str, name: str) -> Mark:
    """Where a name stands first, whichever way YAML writes the lines of a text."""
    pattern = re.compile(rf"(?<![:\w]):({re.escape(name)})(?![\w.])")
    first, last = node.start_mark.line, node.end_mark.line
    for number, line in enumerate(context.source.lines[first : last + 1], first):
        found = pattern.search(line, node.start_mark.column if number == first else 0)
        if found is not None:
            return Mark(context.source.file, number + 1, found.start(1) + 1, len(name))
    return context.marks[path]
