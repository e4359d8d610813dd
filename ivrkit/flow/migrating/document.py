"""A file under migration: its nodes, and edits of the text at their places."""

from __future__ import annotations

from collections.abc import Iterator

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.errors import FlowError

Pair = tuple[ScalarNode, Node]


class Document:
    """The text of a flow and its nodes. Edits are collected, and made all at once."""

    def __init__(self, text: str, root: MappingNode) -> None:
        self.text = text
        self.root = root
        self._edits: list[tuple[int, int, str]] = []

    # ---- looking ---------------------------------------------------------------------------------

    def field(self, name: str) -> Pair | None:
        """A field of the flow: its key and its value."""
        return next((pair for pair in pairs(self.root) if pair[0].value == name), None)

    def mappings(self) -> Iterator[MappingNode]:
        """Every mapping of the file, an outer one before those in it."""
        waiting: list[Node] = [self.root]
        seen: set[int] = set()
        while waiting:
            node = waiting.pop(0)
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, MappingNode):
                yield node
                waiting += [value for _, value in pairs(node)]
            elif isinstance(node, SequenceNode):
                waiting += node.value

    def written(self, node: Node) -> str:
        """A value as it stands in the file."""
        return self.text[node.start_mark.index : node.end_mark.index]

    # ---- editing ---------------------------------------------------------------------------------

    def replace(self, node: Node, text: str) -> None:
        """Write a scalar, or a key, anew. The text is YAML: quote it where it needs that."""
        self._edits.append((node.start_mark.index, node.end_mark.index, text))

    def insert_field(self, line: str, before: ScalarNode | None = None) -> None:
        """Write a field of the flow (``name: value``) in front of another, or of the first."""
        first = before or self.root.value[0][0]
        if self.root.flow_style:
            self._edits.append((first.start_mark.index, first.start_mark.index, f"{line}, "))
            return
        at = self.text.rfind("\n", 0, first.start_mark.index) + 1
        self._edits.append((at, at, f"{line}\n"))

    def edited(self) -> str:
        """The text with all edits. Raises FlowError when two are about the same place."""
        parts, at = [], 0
        for start, end, text in sorted(self._edits):
            if start < at:
                raise FlowError("a migration edits one place twice")
            parts += [self.text[at:start], text]
            at = end
        return "".join([*parts, self.text[at:]])


def pairs(node: MappingNode) -> Iterator[Pair]:
    """The entries of a mapping whose keys are words or texts."""
    for key, value in node.value:
        if isinstance(key, ScalarNode):
            yield key, value
