"""Reads what a connector answers in ``given:``: an answer as it is written, or its long form."""

from __future__ import annotations

import re
from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.errors import ValueRejected
from ivrkit.expressions.decimals import number_from_text
from ivrkit.expressions.nearest import nearest
from ivrkit.expressions.values import Value
from ivrkit.flow import codes
from ivrkit.flow.swallowed import is_empty
from ivrkit.qa.given import ConnectorUse
from ivrkit.qa.values import Values

FAILURES: Final = ("timeout", "error", "unknown", "not_found", "refused")
"""Words that stand for a way in which a step is left without an answer."""
_ANSWERS: Final = ("answer", "rows")
_EXIT, _AFTER, _EXPECT = "exit", "after", "expect"
_LONG: Final = frozenset({*FAILURES, *_ANSWERS, _EXIT, _AFTER, _EXPECT})
_SURE: Final = frozenset({"answer", _EXIT, _AFTER, _EXPECT})
"""Words that make a mapping the long form, whatever stands beside them."""
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_HINT: Final = "what the connector answers stands under `answer:`, {after: 2s, answer: {…}}"


def read_uses(values: Values, node: Node) -> ConnectorUse | tuple[ConnectorUse, ...]:
    """One answer for all uses, or a list with one per use."""
    if not isinstance(node, SequenceNode):
        return _use(values, node)
    if not node.value:
        hint = "write `{rows: []}` for an answer without rows, or `[]` inside the list"
        raise values.fail(codes.BAD_VALUE, "the list has no answer in it", node, hint)
    return tuple(_use(values, each) for each in node.value)


def data(node: Node) -> Value:
    """A value as it is written: ``12.50``, ``true`` and ``none`` without quotes are a number, a
    flag and nothing; everything else is a text, which the types of the flow read."""
    if isinstance(node, MappingNode):
        return {str(key.value): data(each) for key, each in node.value}
    if isinstance(node, SequenceNode):
        return [data(each) for each in node.value]
    if is_empty(node):
        return None
    text = str(node.value)
    if not isinstance(node, ScalarNode) or node.style:
        return text
    if text in ("none", "null", "~"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text):
        try:
            return number_from_text(text)
        except ValueRejected:  # more digits than a number has: it is a text of digits
            return text
    return text


def _use(values: Values, node: Node) -> ConnectorUse:
    if isinstance(node, ScalarNode) and not node.style and node.value in FAILURES:
        message = f"`{node.value}` alone would be the text of an answer"
        hint = f"write `{{{node.value}: true}}`, or in quotes if it is a text"
        raise values.fail(codes.BAD_VALUE, message, node, hint)
    if not isinstance(node, MappingNode) or not _is_long(values, node):
        return ConnectorUse(data(node), mark=values.mark(node))
    fields = {str(key.value): value for key, value in node.value}
    ways = [name for name in fields if name not in (_AFTER, _EXPECT)]
    if len(ways) > 1:
        message = f"it is one of {' and '.join(ways)}, not all of them"
        raise values.fail(codes.BAD_VALUE, message, node, "keep one of them")
    after = values.duration(fields[_AFTER], "a duration") if _AFTER in fields else None
    expect = None
    if _EXPECT in fields:
        expected = values.fields(fields[_EXPECT], "the expected parameters")
        expect = {name: data(each) for name, each in expected.items()}
    way = ways[0] if ways else _ANSWERS[0]
    if way in _ANSWERS:
        answer = data(fields[way]) if way in fields else None
        return ConnectorUse(answer, after=after, expect=expect, mark=values.mark(node))
    exit_, text = _failure(values, way, fields[way])
    return ConnectorUse(after=after, expect=expect, exit=exit_, text=text, mark=values.mark(node))


def _is_long(values: Values, node: MappingNode) -> bool:
    """Whether a mapping is the long form, and not a record."""
    names = [str(key.value) for key, _ in node.value]
    strange = [key for key, _ in node.value if key.value not in _LONG]
    if not strange:
        return bool(names)
    sure = [name for name in names if name in _SURE]
    failed = [str(key.value) for key, each in node.value if _says_failure(key, each)]
    if sure or failed:
        name = str(strange[0].value)[:40]
        near = nearest(name, _LONG.difference(names))
        hint = f"did you mean '{near}'?" if near else _HINT
        message = f"`{name}` cannot stand beside `{(sure or failed)[0]}`"
        raise values.fail(codes.UNKNOWN_FIELD, message, strange[0], hint)
    return False


def _says_failure(key: Node, value: Node) -> bool:
    is_true = isinstance(value, ScalarNode) and value.value == "true" and not value.style
    return str(key.value) in FAILURES and is_true


def _failure(values: Values, way: str, node: Node) -> tuple[str, str]:
    """The exit, and a text of the error."""
    text = values.text(node, "true" if way != _EXIT else "the name of an exit")
    if way == _EXIT:
        return text, ""
    if text == "true":
        return way, ""
    if way == "error":
        return way, text
    hint = f"write `{{{way}: true}}`, or `{{answer: {{{way}: …}}}}` for a record with that field"
    raise values.fail(codes.BAD_VALUE, f"{way} takes true", node, hint)
