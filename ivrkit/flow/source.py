"""A file as nodes: PyYAML's C parser, raw scalars, marks, and bounds that hold before anything is
expanded. What YAML would swallow or refuse is said in the words of the language, with the cure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from ivrkit.call.targets import Mark
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostics, lines_of
from ivrkit.flow.mending import Mending
from ivrkit.flow.swallowed import find_swallowed
from ivrkit.flow.syntax import translate

try:
    from yaml._yaml import CParser
except ImportError as error:  # pragma: no cover - PyYAML's wheels have it
    raise ImportError("PyYAML was built without libyaml: install its wheel") from error

LARGEST: Final = 4_000_000
"""Most characters of a file."""
MOST_NODES: Final = 200_000
"""Most values of a file; an alias counts as all that it stands for."""
DEEPEST: Final = 60
"""Most levels of nesting."""

_TAG: Final = "ivrkit"


class TooLargeError(Exception):
    """A bound was passed; ``line`` and ``column`` count from 0."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class _Composer(CParser):
    """Composes nodes whose scalars are the text as written: no value is resolved, no tag kept."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        self._depth = 0
        self._nodes = 0

    def resolve(self, kind: type, value: object, implicit: object) -> str:
        return _TAG

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        self._depth += 1
        self._nodes += 1
        if self._depth > DEEPEST or self._nodes > MOST_NODES:
            mark = parent.start_mark if parent is not None else None
            raise TooLargeError(
                f"the file is nested deeper than {DEEPEST} levels"
                if self._depth > DEEPEST
                else f"the file has more than {MOST_NODES} values",
                mark.line if mark else 0,
                mark.column if mark else 0,
            )

    def ascend_resolver(self) -> None:
        self._depth -= 1


@dataclass(frozen=True)
class Source:
    """A file's text and its composed document. ``lost`` are lines that are not in it."""

    file: str
    text: str
    root: Node
    lost: str = ""

    @cached_property
    def lines(self) -> list[str]:
        """The lines as libyaml counts them."""
        return lines_of(self.text)

    def mark(self, node: Node) -> Mark:
        """The place of a node: a scalar's text, the first key or item of a collection."""
        return mark_of(node, self.file, self.lines)

    def value_mark(self, node: Node) -> Mark:
        """The place of the first character of a value: inside its quotes, below its ``|``."""
        mark = self.mark(node)
        if not isinstance(node, ScalarNode) or not node.style:
            return mark
        if node.style in "'\"":
            return Mark(self.file, mark.line, mark.column + 1, max(1, mark.length - 2))
        if mark.line >= len(self.lines):
            return mark
        first = self.lines[mark.line]
        body = first.lstrip(" ")
        return Mark(self.file, mark.line + 1, len(first) - len(body) + 1, max(1, len(body)))


def mark_of(node: Node, file: str, lines: list[str]) -> Mark:
    """The place of a node; what spans several lines is marked to the end of its first one."""
    while isinstance(node, CollectionNode) and node.value and not node.flow_style:
        first = node.value[0]
        node = first[0] if isinstance(node, MappingNode) else first
    start, end = node.start_mark, node.end_mark
    line, column = start.line, start.column
    if end.line == line:
        length = end.column - column
    else:
        length = len(lines[line]) - column if line < len(lines) else 1
    return Mark(file, line + 1, column + 1, length if length > 0 else 1)


def read_text(path: Path, file: str, diagnostics: Diagnostics) -> str | None:
    """A file's text. None, and a finding, if it cannot be read or is no UTF-8."""
    try:
        if path.stat().st_size > LARGEST:
            diagnostics.error(
                codes.TOO_LARGE, "the file is larger than 4 MB", Mark(file, 1, 1), hint="split it"
            )
            return None
        raw = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        diagnostics.error(codes.UNREADABLE, f"{file}: {reason}", Mark(file, 0, 0, 0))
        return None
    return decode(raw, file, diagnostics)


def decode(raw: bytes, file: str, diagnostics: Diagnostics) -> str | None:
    """Bytes as UTF-8 (a byte order mark is dropped, line ends become ``\\n``)."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8-sig", "replace")
        diagnostics.error(
            codes.NOT_UTF8,
            f"the byte 0x{raw[error.start]:02x} is not UTF-8",
            Mark(file, good.count("\n") + 1, len(good) - (good.rfind("\n") + 1) + 1),
            hint="save the file as UTF-8",
        )
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def compose(file: str, text: str, diagnostics: Diagnostics, *, mend: bool = False) -> Source | None:
    """Compose a text. None, and a finding, if it is no single YAML document within bounds.

    ``mend``: read on behind mistakes whose cure is plain (:mod:`ivrkit.flow.mending`); the nodes
    for them are tagged as told.
    """
    if len(text) > LARGEST:
        diagnostics.error(
            codes.TOO_LARGE, "the file is larger than 4 MB", Mark(file, 1, 1), hint="split it"
        )
        return None
    mending = Mending(text)
    try:
        root = _composed(file, mending, diagnostics, mend=mend)
        if root is not None:
            _bound_aliases(root, text)
    except TooLargeError as error:
        place = Mark(file, error.line + 1, error.column + 1)
        diagnostics.error(codes.TOO_LARGE, str(error), place, hint="split the flow into several")
        return None
    if root is None:
        if not diagnostics.failed:
            hint = "begin with `sections:`"
            diagnostics.error(codes.EMPTY_FILE, "the file is empty", Mark(file, 1, 1), hint=hint)
        return None
    mending.mark(root)
    source = Source(file, text, root, mending.lost)
    find_swallowed(source, diagnostics)
    return source


def _composed(file: str, mending: Mending, diagnostics: Diagnostics, *, mend: bool) -> Node | None:
    """The document's root, mended if need be; None, and a finding, if that cannot be done."""
    while True:
        try:
            return _Composer(mending.text).get_single_node()
        except (yaml.YAMLError, UnicodeError) as error:
            found = translate(error, file, mending.text)
            cured = mend and mending.cure(found)
            if cured or not mending.lost:  # behind lost lines nothing is as it was meant
                diagnostics.add(found)
            if not cured:
                return None


def _bound_aliases(root: Node, text: str) -> None:
    """Count what aliases stand for, without expanding them. Refuses circles."""
    if "&" not in text or "*" not in text:
        return
    sizes: dict[int, tuple[int, int]] = {}
    open_nodes: set[int] = set()

    def measure(node: Node) -> tuple[int, int]:
        known = sizes.get(id(node))
        if known is not None:
            return known
        if id(node) in open_nodes:
            raise TooLargeError("an alias stands inside what it stands for", *_start(node))
        open_nodes.add(id(node))
        count, depth = 1, 0
        for child in _children(node):
            below = measure(child)
            count += below[0]
            depth = max(depth, below[1])
        if count > MOST_NODES or depth >= DEEPEST:
            raise TooLargeError("the aliases of the file expand to too much", *_start(node))
        open_nodes.discard(id(node))
        sizes[id(node)] = (count, depth + 1)
        return sizes[id(node)]

    measure(root)


def _children(node: Node) -> list[Any]:
    if isinstance(node, MappingNode):
        return [child for pair in node.value for child in pair]
    return node.value if isinstance(node, CollectionNode) else []


def _start(node: Node) -> tuple[int, int]:
    return node.start_mark.line, node.start_mark.column
