"""Mermaid: a flowchart for Markdown pages, wikis and merge requests.

Grammar: mermaid.js.org/syntax/flowchart.html. Labels stand in quotes; every character that could
mean something to Mermaid, to the HTML it makes or to Markdown is written as its number
(``#34;`` is a quotation mark). Names are our own, so that no name is a word of the grammar.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from ivrkit.flow.drawing.format import Format
from ivrkit.flow.drawing.model import Arrow, ArrowKind, Atlas, Box, BoxKind, Drawing

_PLAIN: Final = frozenset(" .,:-_/()→…?!'")
_SHAPES: Final = {
    BoxKind.SECTION: ('["', '"]'),
    BoxKind.ENTRY: ('(["', '"])'),
    BoxKind.SHARED: ('["', '"]'),
    BoxKind.FLOW: ('[["', '"]]'),
    BoxKind.END: ('(("', '"))'),
}
_ARROWS: Final = {ArrowKind.WAY: "-->", ArrowKind.RUN: "==>", ArrowKind.INTERRUPT: "-.->"}
_INDENT: Final = "&nbsp;&nbsp;"


class Mermaid(Format):
    """A Mermaid flowchart of the first drawing."""

    name: ClassVar[str] = "mermaid"
    suffix: ClassVar[str] = ".mmd"

    def render(self, atlas: Atlas) -> str:
        drawing = atlas.main
        ids = {box.id: f"n{number}" for number, box in enumerate(drawing.boxes)}
        rows = ["flowchart LR", *_boxes(drawing, ids), *_arrows(drawing, ids)]
        return "\n".join([*rows, *_missed(drawing, ids)]) + "\n"


def escaped(text: str) -> str:
    """A text for a quoted label."""
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in text)


def _boxes(drawing: Drawing, ids: dict[str, str]) -> Iterator[str]:
    if len(drawing.flows) < 2:
        for box in drawing.boxes:
            yield f"  {_box(box, ids)}"
        return
    for number, flow in enumerate(drawing.flows):
        yield f'  subgraph f{number}["{escaped(flow)}"]'
        for box in drawing.boxes:
            if box.flow == flow:
                yield f"    {_box(box, ids)}"
        yield "  end"


def _box(box: Box, ids: dict[str, str]) -> str:
    opening, closing = _SHAPES[box.kind]
    rows = [f"<b>{escaped(box.title)}</b>"]
    if box.note:
        rows.append(f"<i>{escaped(box.note)}</i>")
    for line in box.lines:
        text = f"{line.verb} {line.text}"
        rows.append(_INDENT * line.depth + escaped(text.strip()))
    return f"{ids[box.id]}{opening}{'<br/>'.join(rows)}{closing}"


def _arrows(drawing: Drawing, ids: dict[str, str]) -> Iterator[str]:
    for arrow in drawing.arrows:
        yield f"  {ids[arrow.source]} {_line(arrow)} {ids[arrow.target]}"


def _line(arrow: Arrow) -> str:
    line = _ARROWS[arrow.kind]
    return f'{line}|"{escaped(arrow.label)}"|' if arrow.label else line


def _missed(drawing: Drawing, ids: dict[str, str]) -> Iterator[str]:
    """What no call of the tests has taken is red."""
    for box in drawing.boxes:
        if box.missed:
            yield f"  style {ids[box.id]} stroke:#b3261e,stroke-width:3px"
    for number, arrow in enumerate(drawing.arrows):
        if arrow.missed:
            yield f"  linkStyle {number} stroke:#b3261e"
