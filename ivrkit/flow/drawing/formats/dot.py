"""DOT: for Graphviz and everything that reads its language (graphviz.org/doc/info/lang.html).

All names and texts stand in double quotes, in which a backslash and a quotation mark are escaped;
``\\l`` ends a line that is set to the left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ivrkit.flow.drawing.format import Format
from ivrkit.flow.drawing.model import Arrow, ArrowKind, Atlas, Box, BoxKind, Drawing

_SHAPES: Final = {
    BoxKind.SECTION: 'shape=box style="rounded"',
    BoxKind.ENTRY: 'shape=box style="rounded,dashed"',
    BoxKind.SHARED: 'shape=box style="dotted"',
    BoxKind.FLOW: "shape=folder",
    BoxKind.END: "shape=plaintext",
}
_ARROWS: Final = {
    ArrowKind.WAY: "",
    ArrowKind.RUN: "style=bold arrowhead=vee",
    ArrowKind.INTERRUPT: "style=dashed",
}

_MISSED: Final = 'color="#b3261e" penwidth=2'
"""What no call of the tests has taken."""


class Dot(Format):
    """A DOT graph of the first drawing."""

    name: ClassVar[str] = "dot"
    suffix: ClassVar[str] = ".dot"

    def render(self, atlas: Atlas) -> str:
        drawing = atlas.main
        ids = {box.id: f"n{number}" for number, box in enumerate(drawing.boxes)}
        rows = [
            f"digraph {quoted(drawing.flow)} {{",
            f'  graph [rankdir=LR label={quoted(drawing.title)} labelloc=t fontname="sans-serif"]',
            '  node [fontname="sans-serif" fontsize=10]',
            '  edge [fontname="sans-serif" fontsize=9]',
            *_boxes(drawing, ids),
            *(_arrow(arrow, ids) for arrow in drawing.arrows),
            "}",
        ]
        return "\n".join(rows) + "\n"


def quoted(text: str) -> str:
    """A text in quotes."""
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _boxes(drawing: Drawing, ids: dict[str, str]) -> Iterator[str]:
    if len(drawing.flows) < 2:
        yield from (_box(box, ids) for box in drawing.boxes)
        return
    for number, flow in enumerate(drawing.flows):
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={quoted(flow)}"
        yield from (f"  {_box(box, ids)}" for box in drawing.boxes if box.flow == flow)
        yield "  }"


def _box(box: Box, ids: dict[str, str]) -> str:
    rows = [_escaped(box.title)]
    if box.note:
        rows.append(_escaped(box.note))
    end = "\\n" if not box.lines else "\\l"
    for line in box.lines:
        text = f"{line.verb} {line.text}"
        rows.append("  " * line.depth + "  " + _escaped(text.strip()))
    label = end.join(rows) + (end if box.lines else "")
    missed = f" {_MISSED}" if box.missed else ""
    return f'  {ids[box.id]} [{_SHAPES[box.kind]}{missed} label="{label}"]'


def _arrow(arrow: Arrow, ids: dict[str, str]) -> str:
    attributes = [_ARROWS[arrow.kind]] if _ARROWS[arrow.kind] else []
    if arrow.missed:
        attributes.append(_MISSED)
    if arrow.label:
        attributes.append(f"label={quoted(arrow.label)}")
    inside = f" [{' '.join(attributes)}]" if attributes else ""
    return f"  {ids[arrow.source]} -> {ids[arrow.target]}{inside}"
