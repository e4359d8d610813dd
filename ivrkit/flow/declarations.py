"""Reads what a flow declares: variables, parameters, payload fields, constants."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.errors import ValueRejected
from ivrkit.expressions.decimals import number_from_text
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value
from ivrkit.flow import codes
from ivrkit.flow.holes import UNKNOWN
from ivrkit.flow.model import Variable
from ivrkit.flow.names import SNAKE, is_taken, snake
from ivrkit.flow.reading import Context, Rejected, keys_of_mapping, plain
from ivrkit.flow.swallowed import PARTLY, TOLD

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_SCALAR_FORMS: Final = frozenset({"default", "optional", "secret"})


def read_type(context: Context, node: Node) -> Type:
    """A type: a word or a mapping with details. What is wrong in it is told at its place."""
    if is_told(node):
        raise context.give_up()
    try:
        return Type.read(plain(node))
    except ValueRejected as error:
        raise context.fail(codes.BAD_TYPE, error.message, _culprit(node), hint=error.hint) from None


def is_told(node: Node) -> bool:
    """Whether something in here has been complained about."""
    if node.tag is TOLD or node.tag is PARTLY:
        return True
    if isinstance(node, MappingNode):
        return any(is_told(key) or is_told(value) for key, value in node.value)
    return isinstance(node, SequenceNode) and any(map(is_told, node.value))


def _culprit(node: Node) -> Node:
    """The innermost node of a type that cannot be read."""
    if not isinstance(node, MappingNode):
        return node
    names = keys_of_mapping(node)
    is_record = names.isdisjoint({"type", "choice", "list"})
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) else ""
        if name in ("type", "list") or is_record:
            if not _is_type(value):
                return _culprit(value)
        elif name not in _SCALAR_FORMS | {"choice"}:
            found: Node = key
            return found
    for key, value in node.value:
        if isinstance(key, ScalarNode) and key.value in _SCALAR_FORMS | {"choice"}:
            return value  # type: ignore[no-any-return]
    return node


def _is_type(node: Node) -> bool:
    try:
        Type.read(plain(node))
    except ValueRejected:
        return False
    return True


def read_variables(context: Context, node: Node, what: str) -> dict[str, Variable]:
    """Names and their types."""
    variables = {}
    hint = f"write `{what}: {{account: digits}}`"
    for key, name, value in context.pairs(node, what, hint=hint):
        with suppress(Rejected):
            _check_name(context, key, name, declares=what in ("variables", "params"))
            before, type_ = context.failures, UNKNOWN
            with suppress(Rejected):
                type_ = read_type(context, value)
            context.failures = before  # what it is called is known, and that it is something
            variables[name] = Variable(name, type_, context.source.mark(key))
    return variables


def _check_name(context: Context, key: ScalarNode, name: str, *, declares: bool) -> None:
    if not SNAKE.fullmatch(name):
        near = snake(name)
        hint = f"write {near}" if near else "names of variables are snake_case"
        raise context.fail(
            codes.BAD_NAME, f"'{name[:40]}' is not the name of a variable", key, hint=hint
        )
    if declares and is_taken(name):
        hint = "choose another name"
        message = f"'{name}' is always there and cannot be declared"
        raise context.fail(codes.RESERVED_NAME, message, key, hint=hint)


def read_data(context: Context, node: Node) -> dict[str, Value]:
    """Constants. A plain scalar that is written as a number is one, ``true`` and ``false`` are
    flags, all else and whatever is quoted is text (``0123`` too); ``{type: …, value: …}`` says
    the type instead."""
    constants: dict[str, Value] = {}
    for key, name, value in context.pairs(node, "data", hint="write `data: {name: value}`"):
        with suppress(Rejected):
            _check_name(context, key, name, declares=True)
            before, constants[name] = context.failures, None
            with suppress(Rejected):
                constants[name] = _constant(context, value)
            if context.failures > before:
                constants[name] = None
            context.failures = before
    return constants


def _constant(context: Context, node: Node) -> Value:
    if isinstance(node, MappingNode) and keys_of_mapping(node) == {"type", "value"}:
        parts = {key.value: value for key, value in node.value}
        type_ = read_type(context, parts["type"])
        try:
            return type_.accept(plain(parts["value"]))
        except ValueRejected as error:
            raise context.refuse(error, parts["value"]) from None
    return _inferred(context, node)


def _inferred(context: Context, node: Node) -> Value:
    if isinstance(node, SequenceNode):
        return [_inferred(context, item) for item in node.value]
    if isinstance(node, MappingNode):
        return {name: _inferred(context, item) for _, name, item in context.pairs(node, "data")}
    context.heed(node)
    assert isinstance(node, ScalarNode)
    text: str = node.value
    if node.style:
        return text
    if text in ("", "none"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if not _NUMBER.fullmatch(text):
        return text
    try:
        return number_from_text(text)
    except ValueRejected as error:
        raise context.refuse(error, node) from None
