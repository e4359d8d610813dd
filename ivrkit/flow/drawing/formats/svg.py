"""SVG: a picture that every browser shows, light or dark as its surroundings are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import ClassVar, Final

from ivrkit.flow.drawing.format import Format
from ivrkit.flow.drawing.layout import HEAD, PAD, ROW, Frame, Placed, Route, Row, Spot, laid_out
from ivrkit.flow.drawing.model import Atlas, Drawing

COLOURS: Final = """\
.ivr{--paper:#fff;--ink:#1c2430;--soft:#5b6675;--line:#7c8797;--box:#f6f8fb;--edge:#aab4c2;
--entry:#e5effb;--flow:#f3ebfb;--end:#eceff3;--verb:#0b62a8;--way:#8a4b08;--run:#6b3fa0;
--break:#b3261e;--mark:#ffe08a}
@media (prefers-color-scheme:dark){.ivr{--paper:#14181f;--ink:#e4e9f0;--soft:#9aa6b6;
--line:#8b97a8;--box:#1d232d;--edge:#4a5566;--entry:#1b2c41;--flow:#2b2238;--end:#262c36;
--verb:#7cbcf5;--way:#e8b06a;--run:#c9a4f2;--break:#ff8a80;--mark:#6b5300}}
"""
SHAPES: Final = """\
.ivr text{font:11px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:var(--ink);
white-space:pre}
.ivr .paper{fill:var(--paper)}
.ivr .box>rect{fill:var(--box);stroke:var(--edge)}
.ivr .entry>rect{fill:var(--entry);stroke-dasharray:5 3}
.ivr .shared>rect{stroke-dasharray:2 3}
.ivr .flow>rect{fill:var(--flow);stroke:var(--run)}
.ivr .end>rect{fill:var(--end);stroke:none}
.ivr .title{font-weight:700;font-size:12px}
.ivr .note,.ivr .exit{fill:var(--soft)}
.ivr .verb{fill:var(--verb);font-weight:600}
.ivr .way{fill:var(--way)}
.ivr .arrow{fill:none;stroke:var(--line);stroke-width:1.2}
.ivr .arrow.run{stroke:var(--run);stroke-width:2}
.ivr .arrow.interrupt{stroke:var(--break);stroke-dasharray:6 4}
.ivr .box.missed>rect{stroke:var(--break);stroke-width:2}
.ivr .arrow.missed{stroke:var(--break);stroke-dasharray:2 3}
.ivr .missed-way{fill:var(--break);font-style:italic}
.ivr .frame{fill:none;stroke:var(--edge);stroke-dasharray:8 4}
"""


class Svg(Format):
    """An SVG picture of the first drawing."""

    name: ClassVar[str] = "svg"
    suffix: ClassVar[str] = ".svg"

    def render(self, atlas: Atlas) -> str:
        style = f"<style>{COLOURS}{SHAPES}</style>"
        return picture_of(atlas.main, style) + "\n"


def picture_of(drawing: Drawing, style: str = "") -> str:
    """The ``<svg>`` of a drawing. Steps carry ``data-flow`` and ``data-row``, boxes ``data-box``,
    arrows ``data-from`` and ``data-to``, by which a page finds them."""
    picture = laid_out(drawing)
    width, height = f"{picture.width:.0f}", f"{picture.height:.0f}"
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ivr" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{_text(drawing.title)}">',
        style,
        f"<title>{_text(drawing.title)}</title>",
        _MARKER,
        f'<rect class="paper" width="{width}" height="{height}"/>',
        '<g class="view">',
        *map(_frame, picture.frames),
        *map(_route, picture.routes),
        *("".join(_box(placed)) for placed in picture.placed.values()),
        "</g></svg>",
    ]
    return "\n".join(filter(None, rows))


MISSED: Final = " missed"

_MARKER: Final = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
    'markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="context-stroke"/>'
    "</marker></defs>"
)


def _text(text: str) -> str:
    """A text for an element or an attribute. What XML has no place for becomes a box."""
    return escape("".join(char if char >= " " else "\u2423" for char in text))


def _frame(frame: Frame) -> str:
    place = f'x="{frame.x:.1f}" y="{frame.y:.1f}"'
    size = f'width="{frame.width:.1f}" height="{frame.height:.1f}"'
    title = f'<text class="title" x="{frame.x + PAD:.1f}" y="{frame.y + 18:.1f}">'
    return f'<rect class="frame" rx="8" {place} {size}/>{title}{_text(frame.title)}</text>'


def _box(placed: Placed) -> Iterator[str]:
    box = placed.box
    missed = MISSED if box.missed else ""
    yield (
        f'<g class="box {box.kind}{missed}" data-box="{_text(box.id)}" '
        f'data-flow="{_text(box.flow)}" data-row="{box.row}" '
        f'transform="translate({placed.x:.1f} {placed.y:.1f})">'
        f'<rect rx="6" width="{placed.width:.1f}" height="{placed.height:.1f}"/>'
        f'<text class="title" x="{PAD}" y="16">{_text(box.title)}</text>'
    )
    top = HEAD
    if box.note:
        yield f'<text class="note" x="{PAD}" y="{top + 10:.1f}">{_text(box.note)}</text>'
        top += ROW
    for number, row in enumerate(placed.rows):
        yield _row(row, box.flow, top + number * ROW + 12)
    yield "</g>\n"


def _row(row: Row, flow: str, y: float) -> str:
    inner = row.text.lstrip(" ")
    lead = row.text[: len(row.text) - len(inner)]
    kind, content = str(row.line.kind), _text(inner)
    title = ""
    if row.arrow is not None:
        missed = ", ".join(row.arrow.partly)
        kind = "exit missed-way" if missed else "exit"
        never = f"; never taken: {missed}" if missed else ""
        title = f"<title>{_text(row.arrow.label + never)}</title>"
    elif row.line.verb:
        rest = inner[len(row.line.verb) :]
        content = f'<tspan class="verb">{_text(row.line.verb)}</tspan>{_text(rest)}'
    return (
        f'<text class="row {kind}" x="{PAD}" y="{y:.1f}" xml:space="preserve" '
        f'data-flow="{_text(flow)}" data-row="{row.line.row}" '
        f'data-path="{_text(row.line.path)}">{title}{lead}{content}</text>'
    )


def _route(route: Route) -> str:
    arrow = route.arrow
    title = f"<title>{_text(arrow.label)}</title>" if arrow.label else ""
    missed = MISSED if arrow.missed else ""
    return (
        f'<path class="arrow {arrow.kind}{missed}" d="{_curve(route.spots)}" '
        f'marker-end="url(#tip)" '
        f'data-from="{_text(arrow.source)}" data-to="{_text(arrow.target)}">{title}</path>'
    )


def _curve(spots: Sequence[Spot]) -> str:
    """A line through the spots that is level at each of them."""

    parts = [f"M{spots[0][0]:.1f} {spots[0][1]:.1f}"]
    for (x, y), (to_x, to_y) in pairwise(spots):
        if y == to_y:
            parts.append(f"H{to_x:.1f}")
            continue
        middle = (x + to_x) / 2
        parts.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
    return "".join(parts)
