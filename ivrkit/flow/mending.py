"""Reads on behind mistakes that stop YAML's parser, where their cure is plain: a piece that should
stand in quotes is covered, at its own length, so that all other places stay.

What was covered is marked in the nodes as told, and becomes a hole in the flow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from yaml.error import Mark
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostic, line_starts
from ivrkit.flow.swallowed import PARTLY, TOLD, is_empty
from ivrkit.flow.syntax import in_brackets, text_start

MOST: Final = 50
"""After so many mistakes of this sort the reading ends."""

_BEGINS: Final = re.compile(r"\s*(?:-\s|[^\s#\[{][^:]*:(?:\s|$))")
_KEY: Final = re.compile(r"[*&][^\s,\[\]{}:]*(?=\s*:(?:\s|$))|[^*&\s].*?(?=\s*:(?:\s|$))")
_PLAIN: Final = re.compile(r".*?(?=\s+#|\s*$)")
_IN_BRACKETS: Final = re.compile(r"(?:\{\{.*?\}\}|[^,\[\]{}])*")
_TABS: Final = re.compile(r" *\t")
_HEAD: Final = re.compile(r"[^#]*:\s*(?:#.*)?$")
_BLANK: Final = re.compile(r"[^\n\r\x85\u2028\u2029]")


@dataclass
class Mending:
    """A text in which mistakes are covered one after the other. ``lost`` are lines that were left
    out, because YAML cannot place them."""

    text: str
    lost: str = ""
    _covered: list[int] = field(default_factory=list)
    _lost: list[tuple[int, int]] = field(default_factory=list)

    @cached_property
    def _starts(self) -> list[int]:
        return [*line_starts(self.text), len(self.text) + 1]

    def cure(self, found: Diagnostic) -> bool:
        """Cover what this mistake is about. False if its cure is not plain."""
        before = self.text
        line, column = found.mark.line - 1, found.mark.column - 1
        if len(self._covered) + len(self._lost) >= MOST:
            return False
        if found.code == codes.TAB:
            self._tab(line, column)
        elif found.code in _QUOTED:
            begin, end = self._piece(found.code, self._line(line), line, column)
            if end > begin:
                start = self._starts[line]
                self._replace(start + begin, start + end, "x" * (end - begin))
                self._covered.append(start + begin)
        return self.text != before

    def mark(self, root: Node) -> None:
        """Mark the nodes that stand for what was covered."""
        if self._covered:
            for node in _scalars(root):
                start, end = node.start_mark.index, node.end_mark.index
                if any(start <= place < end for place in self._covered):
                    node.tag = TOLD
        for first, last in self._lost:
            self._attach(root, first, last)

    # ---- covering --------------------------------------------------------------------------------

    def _line(self, number: int) -> str:
        return self.text[self._starts[number] : self._starts[number + 1] - 1]

    def _replace(self, start: int, end: int, new: str) -> None:
        self.text = self.text[:start] + new + self.text[end:]

    def _piece(self, code: str, line: str, number: int, column: int) -> tuple[int, int]:
        """The piece of a line that should stand in quotes, from and to."""
        key = None if code == codes.COLON_IN_TEXT else _KEY.match(line, column)
        if key is not None and (code == codes.BARE_STAR or _is_key_wanted(line[:column])):
            return column, key.end()
        begin = text_start(line, column) if code == codes.COLON_IN_TEXT else column
        found = (_IN_BRACKETS if self._in_brackets(number, begin) else _PLAIN).match(line, begin)
        end = begin + len(found[0].rstrip()) if found is not None else begin
        return begin, end

    def _in_brackets(self, number: int, column: int) -> bool:
        """Whether a place is within [ ] or { }, which may have begun some lines above."""
        before = self._line(number)[:column]
        while not _BEGINS.match(before) and number > 0:
            number -= 1
            before = f"{self._line(number)}\n{before}"
        return in_brackets(before)

    def _tab(self, line: int, column: int) -> None:
        if not _TABS.match(self._line(line)):  # within the line a space does as well
            start = self._starts[line] + column
            self._replace(start, start + 1, " ")
            return
        first, last = self._block(line)
        start, end = self._starts[first], self._starts[last + 1] - 1
        self.lost += f"{self.text[start:end]}\n"
        self._replace(start, end, _BLANK.sub(" ", self.text[start:end]))
        self._lost.append((first, last))

    def _block(self, line: int) -> tuple[int, int]:
        """The section, or the field of a field, in which a line stands, its own line left out:
        where in there the line belongs, and what belongs to it, nobody knows."""
        first, level = line, -1
        for number in range(line - 1, -1, -1):
            indent = self._indent(number)
            if indent == 0:
                break
            if indent is not None and (level < 0 or indent < level):
                first, level = number + 1, indent
        below = next((at for at in map(self._indent, range(line + 1, self._last)) if at), 0)
        if _HEAD.match(self._line(line)) and below <= level:  # it was a field of the whole flow
            first, level = line, 0
        last = line
        while last + 1 < self._last:
            indent = self._indent(last + 1)
            if indent is not None and indent <= max(level, 0):
                break
            last += 1
        return first, last

    @property
    def _last(self) -> int:
        return len(self._starts) - 1

    def _indent(self, number: int) -> int | None:
        """How deep a line is indented; None if it is empty, a comment, or indented by tabs."""
        line = self._line(number)
        bare = line.lstrip(" ")
        return None if bare[:1] in ("", "\t", "#", "\r") else len(line) - len(bare)

    # ---- lines that cannot be placed -------------------------------------------------------------

    def _attach(self, node: Node, first: int, last: int) -> None:
        """Note at the innermost node around lost lines that something of it is missing."""
        while isinstance(node, CollectionNode):
            at = sum(_first_line(child) < first for child in node.value) - 1
            inner = _value(node.value[at]) if at >= 0 else None
            if isinstance(inner, CollectionNode) and inner.end_mark.line >= first:
                node = inner
            elif inner is not None and is_empty(inner):
                inner.tag = TOLD
                return
            elif isinstance(node, SequenceNode):
                node.value.insert(at + 1, self._told(first, last))
                return
            else:
                node.tag = PARTLY
                return

    def _told(self, first: int, last: int) -> ScalarNode:
        start, end = self._starts[first], self._starts[last + 1] - 1
        begin = Mark("", start, first, 0, None, 0)
        return ScalarNode(TOLD, "", begin, Mark("", end, last, end - start, None, 0))


_QUOTED: Final = frozenset(
    {codes.COLON_IN_TEXT, codes.BARE_STAR, codes.UNQUOTED_EXPRESSION, codes.RESERVED_CHARACTER}
)
"""The mistakes that quotation marks cure."""


def _is_key_wanted(before: str) -> bool:
    """Whether a key comes next: at the beginning of a line, or in braces."""
    if not before.strip(" -"):
        return True
    return before.rstrip()[-1] in "{," and before.rfind("{") > before.rfind("[")


def _first_line(child: Node | tuple[Node, Node]) -> int:
    first = child[0] if isinstance(child, tuple) else child
    line: int = first.start_mark.line
    return line


def _value(child: Node | tuple[Node, Node]) -> Node:
    return child[1] if isinstance(child, tuple) else child


def _scalars(node: Node) -> Iterator[ScalarNode]:
    waiting, seen = [node], set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ScalarNode):
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            for child in node.value:
                waiting += child if isinstance(node, MappingNode) else (child,)
