"""What YAML would take without a word, and what was hardly meant: reported with the cure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.call.targets import Mark
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostics

if TYPE_CHECKING:
    from ivrkit.flow.source import Source

_COMMENT: Final = re.compile(r" #\S?")
_HASH_KEY: Final = re.compile(r"^[ ]*(#):[ ]\S", re.MULTILINE)
_TAG: Final = "ivrkit"
TOLD: Final = "ivrkit-told"
"""The tag of a node that was complained about: nothing more is said of it."""
PARTLY: Final = "ivrkit-partly"
"""The tag of a mapping of which a part was complained about and left out."""
_TAGS: Final = frozenset({_TAG, TOLD, PARTLY})


def find_swallowed(source: Source, diagnostics: Diagnostics) -> None:
    """Walk over all nodes once: doubled keys, tags, ``{{`` without quotes, commas in brackets."""
    for found in _HASH_KEY.finditer(source.text):
        before = source.text.count("\n", 0, found.start(1))
        column = found.start(1) - (source.text.rfind("\n", 0, found.start(1)) + 1)
        diagnostics.warning(
            codes.CUT_BY_COMMENT,
            "this line is a comment: # begins one",
            Mark(source.file, before + 1, column + 1, 2),
            hint="write the key as the word hash",
        )
    _complain_tag(source, source.root, diagnostics)
    waiting: list[Node] = [source.root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or node.tag == TOLD:
            continue
        seen.add(id(node))
        if isinstance(node, MappingNode):
            if node.flow_style and _is_braces(source, node, diagnostics):
                continue
            _look_at_mapping(source, node, diagnostics)
            children = [child for pair in node.value for child in pair]
        elif isinstance(node, SequenceNode):
            children = node.value
        else:
            continue
        if node.flow_style:
            _look_for_questions(source, node, diagnostics)
        for child in children:
            if child.tag not in _TAGS:
                _complain_tag(source, child, diagnostics)
            if not isinstance(child, ScalarNode):
                waiting.append(child)


def comment_cuts(source: Source, node: ScalarNode) -> Mark | None:
    """The place of a `` #`` that cuts off a plain text: exactly one space before it.

    Comments behind a value have two spaces or more before them.
    """
    if node.style:
        return None
    end = node.end_mark
    if source.text[end.index : end.index + 2] != " #":
        return None
    rest = source.lines[end.line][end.column + 1 :]
    return Mark(source.file, end.line + 1, end.column + 2, max(1, len(rest)))


def is_empty(node: Node) -> bool:
    """Whether nothing was written: ``key:``."""
    return isinstance(node, ScalarNode) and not node.value and not node.style


def _complain_tag(source: Source, node: Node, diagnostics: Diagnostics) -> None:
    if node.tag in _TAGS:
        return
    start = node.start_mark
    diagnostics.error(
        codes.TAGGED,
        "YAML tags mean nothing here: the field decides what a value means",
        Mark(source.file, start.line + 1, start.column + 1),
        hint="leave the tag out; put a text that begins with ! in quotes",
    )
    node.tag = TOLD


def _is_braces(source: Source, node: MappingNode, diagnostics: Diagnostics) -> bool:
    """``{{ name }}`` without quotes is a mapping within a mapping."""
    if not node.value:
        return False
    key = node.value[0][0]
    if not isinstance(key, MappingNode) or key.start_mark.index != node.start_mark.index + 1:
        return False
    start, end = node.start_mark, node.end_mark
    text = source.text[start.index : end.index].split("\n")[0]
    diagnostics.error(
        codes.UNQUOTED_EXPRESSION,
        "a value that begins with {{ must be in quotes",
        Mark(source.file, start.line + 1, start.column + 1, len(text)),
        hint=f'write "{text}"',
    )
    node.value = []
    node.tag = TOLD
    return True


def _look_at_mapping(source: Source, node: MappingNode, diagnostics: Diagnostics) -> None:
    first: dict[str, Node] = {}
    kept: list[tuple[Node, Node]] = []
    doubled = False
    for key, value in node.value:
        name = key.value if isinstance(key, ScalarNode) else None
        if name is not None and name in first:
            if not doubled:  # several in a row are one mistake: the line above them is missing
                diagnostics.error(
                    codes.DUPLICATE_KEY,
                    f"'{name}' stands twice; first in line {first[name].start_mark.line + 1}",
                    source.mark(key),
                    hint="remove one of the two",
                )
            doubled = True
            at = next(n for n, (other, _) in enumerate(kept) if other is first[name])
            if is_empty(kept[at][1]):  # the one that says something is the one that is read
                kept[at] = (key, value)
                first[name] = key
            continue
        doubled = False
        if node.flow_style and key.tag != TOLD and _is_cut(value, key):
            _complain_comma(source, node, key, diagnostics)
            continue
        if name is not None:
            first[name] = key
        kept.append((key, value))
    if len(kept) < len(node.value):
        node.value = kept
        node.tag = PARTLY


def _look_for_questions(
    source: Source, node: SequenceNode | MappingNode, diagnostics: Diagnostics
) -> None:
    """A question mark in a plain text in brackets, which other readers of YAML refuse."""
    mapping = isinstance(node, MappingNode)
    for item in (value for _, value in node.value) if mapping else node.value:
        if isinstance(item, ScalarNode) and not item.style and "?" in item.value:
            diagnostics.warning(
                codes.TEXT_IN_BRACKETS,
                "a text with a question mark must be in quotes within brackets",
                source.mark(item),
                hint="put it in quotes, or write it on a line of its own",
            )


def _is_cut(value: Node, key: Node) -> bool:
    """A key without colon and value: what a comma in a text leaves behind."""
    return is_empty(value) and value.start_mark.index <= key.end_mark.index


def _complain_comma(source: Source, node: MappingNode, key: Node, diagnostics: Diagnostics) -> None:
    hint = "put the text in quotes, or write it on a line of its own"
    if len(node.value) == 1:
        hint = "write `name: value`"
    diagnostics.error(
        codes.TEXT_IN_BRACKETS,
        "in brackets a comma ends a text, and this is left over",
        source.mark(key),
        hint=hint,
    )
