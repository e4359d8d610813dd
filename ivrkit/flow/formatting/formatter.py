"""Formats a whole file, and makes sure that it means what it meant."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.formatting.inline import order_of
from ivrkit.flow.formatting.layout import Entry, Layout, Unusual, joined
from ivrkit.flow.order import in_order
from ivrkit.flow.plans import Language
from ivrkit.flow.schema_file import flow_schema
from ivrkit.flow.shapes import Shapes
from ivrkit.flow.source import compose

_SECTIONS: Final = "sections"
_ODD_BREAKS: Final = re.compile("[\r\x85\u2028\u2029]")
_SHAPING: Final = re.compile(r"[\s\"',]+")
"""What a formatter may add and take away."""


@dataclass(frozen=True)
class Formatted:
    """A file laid out anew; ``text`` is None if it is no YAML, of which the findings tell."""

    text: str | None
    diagnostics: Diagnostics


class Formatter:
    """Formats files of one language."""

    def __init__(self, language: Language) -> None:
        self._shapes = Shapes(flow_schema(language))

    def format(self, file: str, text: str) -> Formatted:
        """Lay a file out. What is written in an unusual way (anchors, keys of several lines, odd
        line breaks) stays as it is; a second run changes nothing."""
        found = Diagnostics()
        source = compose(file, text, found)
        if source is None or found.failed:
            return Formatted(None, found)
        return Formatted(self._laid_out(source.root, text), found)

    def _laid_out(self, root: Node, text: str) -> str:
        if _ODD_BREAKS.search(text) or not isinstance(root, MappingNode) or root.flow_style:
            return text
        if _has_aliases(root, text):
            return text
        try:
            new = self._document(root, text)
        except Unusual:
            return text
        return new if _is_same(root, text, new) else text

    def _document(self, root: MappingNode, text: str) -> str:
        sections = next(
            (value for key, value in root.value if getattr(key, "value", "") == _SECTIONS), None
        )
        layout = Layout(text, apart=sections)
        first, last = _bounds(layout.lines, root)
        shape = self._shapes.whole
        entries, end = layout.entries(root, first, last, 0, shape)
        top = Entry("", [], [line.rstrip() for line in layout.lines[:first]])
        top.tail, entries[0].lead = [], _header(top, entries[0].lead)
        names = [entry.name for entry in entries]
        by_name = {entry.name: entry for entry in entries}
        entries = [by_name[name] for name in in_order(names, order_of(shape, names))]
        for entry in entries[1:]:
            if entry.name == _SECTIONS and all(line.strip() for line in entry.lead):
                entry.lead = ["", *entry.lead]
        lines = [*top.body, *joined(entries, end, 0)]
        return "\n".join(lines) + "\n"


def _header(top: Entry, lead: list[str]) -> list[str]:
    """Move the comments at the beginning of the file to its top: they are about all of it."""
    lines = [line.strip() for line in lead]
    while lines and not lines[0]:
        lines.pop(0)
    for number, line in enumerate(lines):
        if line or (number and lines[number - 1]):
            top.body.append(line)
    return []


def _bounds(lines: list[str], root: Node) -> tuple[int, int]:
    """The lines of the document: behind ``---``, before ``...``."""
    first = 0
    for number in range(root.start_mark.line):
        if lines[number].startswith(("---", "%")):
            first = number + 1
    last = len(lines)
    for number in range(last - 1, root.start_mark.line, -1):
        if lines[number].startswith("..."):
            raise Unusual
    return first, last


def _has_aliases(root: Node, text: str) -> bool:
    """Whether something stands for something else: the order of its entries then matters."""
    if "&" not in text:
        return False
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            return True
        seen.add(id(node))
        if text.startswith("&", node.start_mark.index) and node.start_mark != node.end_mark:
            return True
        if isinstance(node, MappingNode):
            waiting += [child for pair in node.value for child in pair]
        elif isinstance(node, CollectionNode):
            waiting += node.value
    return False


def _is_same(root: Node, text: str, new: str) -> bool:
    """Whether the new text means the same, and every character of every comment is there."""
    found = Diagnostics()
    again = compose("", new, found)
    if again is None or found.failed or not same(root, again.root):
        return False
    return _characters(text) == _characters(new)


def _characters(text: str) -> Counter[str]:
    return Counter(_SHAPING.sub("", text))


def same(one: Node, other: Node) -> bool:
    """Whether two documents hold the same values; keys of a mapping may stand in another order."""
    if isinstance(one, ScalarNode):
        return (
            isinstance(other, ScalarNode)
            and one.value == other.value
            and bool(one.style) == bool(other.style)
        )
    if type(one) is not type(other) or len(one.value) != len(other.value):
        return False
    if isinstance(one, MappingNode):
        keys = {key.value: value for key, value in other.value if isinstance(key, ScalarNode)}
        return all(
            isinstance(key, ScalarNode) and key.value in keys and same(value, keys[key.value])
            for key, value in one.value
        )
    return all(same(mine, theirs) for mine, theirs in zip(one.value, other.value, strict=True))
