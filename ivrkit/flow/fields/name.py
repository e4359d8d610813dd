"""``name``: the name of a variable, section, flow, language or voice, as its role demands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Final, NamedTuple

from yaml.nodes import Node

from ivrkit.call.fields import Reads
from ivrkit.flow import codes
from ivrkit.flow.names import (
    FLOW,
    KEBAB,
    LANGUAGE,
    PROCEDURE,
    RESERVED_TARGETS,
    SNAKE,
    URI,
    VARIABLE,
    is_taken,
    kebab,
    snake,
)
from ivrkit.flow.reading import Context, Reading
from ivrkit.flow.schema import SCALAR, Schemas


class _Role(NamedTuple):
    form: re.Pattern[str]
    what: str
    rule: str
    near: Callable[[str], str]
    example: str


def _language_tag(text: str) -> str:
    return text.replace("_", "-")


def _flow(text: str) -> str:
    return "/".join(map(kebab, text.split("/")))


_ROLES: Final = {
    "variable": _Role(VARIABLE, "a variable", "variables are snake_case", snake, "account"),
    "section": _Role(KEBAB, "a section", "sections are kebab-case", kebab, "top"),
    "flow": _Role(FLOW, "a flow", "flows are kebab-case", _flow, "library/survey"),
    "phrase": _Role(FLOW, "a phrase", "phrases are kebab-case", _flow, "welcome"),
    "procedure": _Role(
        PROCEDURE, "a procedure", "write transfer or bank.transfer", str, "transfer"
    ),
    "output": _Role(SNAKE, "a value", "values are snake_case", snake, "new_balance"),
    "namespace": _Role(URI, "a namespace", "namespaces are URIs", str, "urn:bank"),
    "action": _Role(URI, "an action", "actions are URIs", str, "urn:balance"),
    "exit": _Role(SNAKE, "an exit", "exits are snake_case", snake, "not_found"),
    "language": _Role(LANGUAGE, "a language", "write en, de or de-AT", _language_tag, "de"),
}


class NameReading(Reading):
    """A name, written and never computed."""

    name: ClassVar[str] = "name"

    def __init__(self, reads: Reads) -> None:
        super().__init__(reads)
        self.role = _ROLES.get(reads.role)

    def read(self, context: Context, node: Node, path: str) -> str:
        text = context.scalar(node, path, "a name")
        mark = context.marks[path]
        if "{{" in text:
            hint = "choose among names with a switch or an if"
            message = "this name is written, never computed"
            raise context.fail(codes.BAD_NAME, message, mark, hint=hint)
        role = self.role
        if role is not None and not role.form.fullmatch(text):
            near = role.near(text)
            hint = f"write {near}" if near != text and role.form.fullmatch(near) else role.rule
            message = f"'{text[:40]}' is not the name of {role.what}"
            raise context.fail(codes.BAD_NAME, message, mark, hint=hint)
        if self.reads.role == "variable" and is_taken(text.split(".")[0]):
            message = f"'{text}' is always there and cannot be set"
            hint = "choose another name for the variable"
            raise context.fail(codes.RESERVED_NAME, message, mark, hint=hint)
        if self.reads.role == "section" and text in RESERVED_TARGETS:
            message = f"'{text}' is a reserved word, not a section"
            hint = f"as a step it is written `- {text}`"
            raise context.fail(codes.RESERVED_NAME, message, mark, hint=hint)
        return text

    def schema(self, schemas: Schemas) -> dict[str, Any]:
        if self.role is None:
            return dict(SCALAR)
        return {
            "type": "string",
            "pattern": f"^{self.role.form.pattern}$",
            "examples": [self.role.example],
        }
