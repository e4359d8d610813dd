"""Where boxes and arrows of a drawing come to lie: from left to right, in layers.

Layers and the order within them are Sugiyama's method by grandalf (the extra ``graph``); where an
arrow leaves its box, at the row of its step, is ours. All lengths are pixels.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ivrkit.errors import NotAvailable
from ivrkit.flow.drawing.model import Arrow, Box, Drawing, Line, LineKind
from ivrkit.flow.drawing.wording import short

ROW, HEAD, CHAR, PAD, INDENT = 16.0, 24.0, 6.7, 10.0, 2
"""A row, the title, a character of the fixed-width font, the space at the sides, and how many
characters a branch stands further in."""
ACROSS, DOWN, MARGIN, FRAME = 90.0, 28.0, 24.0, 30.0
"""Between layers, between boxes, around everything, and above a flow in a frame."""
ROUNDS: Final = 3
"""Rounds of putting the boxes of each layer into an order with few crossings."""

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a box: a line of it, or the ways out of the step above (``arrow``)."""

    text: str
    line: Line
    arrow: Arrow | None = None


@dataclass(slots=True)
class Placed:
    """A box in its place; ``x`` and ``y`` are its corner at the top left."""

    box: Box
    rows: Sequence[Row]
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0

    def row_y(self, number: int) -> float:
        """The middle of a row."""
        return self.y + HEAD + (0.5 + number) * ROW + (ROW if self.box.note else 0.0)


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow and the spots through which it goes."""

    arrow: Arrow
    spots: Sequence[Spot]


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a flow that is drawn in one picture with others."""

    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Picture:
    """Everything in its place."""

    width: float = 0.0
    height: float = 0.0
    placed: dict[str, Placed] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


def laid_out(drawing: Drawing) -> Picture:
    """Lay a drawing out. Raises NotAvailable without grandalf."""
    picture = Picture()
    going: dict[str, list[Arrow]] = {}
    for arrow in drawing.arrows:
        going.setdefault(arrow.source, []).append(arrow)
    for box in drawing.boxes:
        picture.placed[box.id] = _sized(box, going.get(box.id, ()))
    bends: dict[tuple[str, str], Sequence[Spot]] = {}
    framed, top = len(drawing.flows) > 1, MARGIN
    for flow in drawing.flows:
        inside = [box.id for box in drawing.boxes if box.flow == flow or not framed]
        top = _flow(picture, drawing, inside, flow if framed else "", top, bends)
    if not drawing.flows:
        top = MARGIN
    picture.routes = [_route(picture, arrow, bends) for arrow in drawing.arrows]
    right = [each.x + each.width for each in picture.placed.values()]
    picture.width = max(right, default=0.0) + MARGIN + (FRAME if framed else 0.0)
    picture.height = top
    return picture


# ---- boxes -------------------------------------------------------------------------------------


def _sized(box: Box, arrows: Iterable[Arrow]) -> Placed:
    rows = list(_rows(box, list(arrows)))
    widest = max([len(box.title), len(box.note), 8, *(len(row.text) for row in rows)])
    height = HEAD + len(rows) * ROW + (ROW if box.note else 0.0) + (6.0 if rows else 0.0)
    return Placed(box, rows, widest * CHAR + 2 * PAD, height)


def _rows(box: Box, arrows: Sequence[Arrow]) -> Iterable[Row]:
    for line in box.lines:
        text = " " * INDENT * line.depth + f"{line.verb} {line.text}".strip()
        yield Row(text, line)
        if line.kind is LineKind.STEP:
            for arrow in arrows:
                if arrow.path == line.path and arrow.label:
                    label = short(arrow.label)
                    yield Row(" " * INDENT * (line.depth + 1) + f"{label} →", line, arrow)


# ---- one flow ----------------------------------------------------------------------------------


def _flow(
    picture: Picture,
    drawing: Drawing,
    inside: Sequence[str],
    title: str,
    top: float,
    bends: dict[tuple[str, str], Sequence[Spot]],
) -> float:
    """Lay the boxes of one flow out below ``top``; gives where the next begins."""
    left = MARGIN + (FRAME / 2 if title else 0.0)
    begin, top = top, top + (FRAME if title else 0.0)
    here = set(inside)
    pairs = dict.fromkeys(
        (arrow.source, arrow.target)
        for arrow in drawing.arrows
        if arrow.source != arrow.target and {arrow.source, arrow.target} <= here
    )
    for component in _components(inside, pairs):
        own = [pair for pair in pairs if pair[0] in component]
        top = _component(picture, component, own, (left, top), bends) + DOWN
    if title:
        wide = max(picture.placed[each].x + picture.placed[each].width for each in inside)
        frame = Frame(title, MARGIN, begin, wide - MARGIN + FRAME / 2, top - begin)
        picture.frames.append(frame)
        top += DOWN
    return top


def _components(inside: Sequence[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The parts that hang together, each in the order of the drawing, the largest ones first
    where none holds the beginning."""
    near: dict[str, list[str]] = {each: [] for each in inside}
    for one, other in pairs:
        near[one].append(other)
        near[other].append(one)
    found: list[list[str]] = []
    seen: set[str] = set()
    for each in inside:
        if each in seen:
            continue
        part, waiting = {each}, [each]
        while waiting:
            for other in near[waiting.pop()]:
                if other not in part:
                    part.add(other)
                    waiting.append(other)
        seen |= part
        found.append([name for name in inside if name in part])
    return found


def _component(
    picture: Picture,
    names: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    corner: Spot,
    bends: dict[tuple[str, str], Sequence[Spot]],
) -> float:
    """Lay out what hangs together with its corner here; gives where it ends below."""
    placed = picture.placed
    if len(names) == 1:
        only = placed[names[0]]
        only.x, only.y = corner
        return corner[1] + only.height
    views, spots = _sugiyama(names, pairs, placed)
    x0 = min(x - placed[name].width / 2 for name, (x, _) in views.items())
    y0 = min(
        *(y - placed[name].height / 2 for name, (_, y) in views.items()),
        *(y for path in spots.values() for _, y in path),
        float("inf"),
    )
    shift_x, shift_y = corner[0] - x0, corner[1] - y0
    for name, (x, y) in views.items():
        each = placed[name]
        each.x, each.y = x - each.width / 2 + shift_x, y - each.height / 2 + shift_y
    layers = _layers(views, placed)
    for pair, path in spots.items():
        forward = views[pair[0]][0] < views[pair[1]][0]
        through = [spot for bend in path for spot in _through(bend, layers, forward=forward)]
        bends[pair] = [(x + shift_x, y + shift_y) for x, y in through]
    below = [placed[name].y + placed[name].height for name in names]
    return max([*below, *(y for pair in spots for _, y in bends[pair])])


def _layers(
    views: Mapping[str, Spot], placed: Mapping[str, Placed]
) -> dict[int, tuple[float, float]]:
    """From where to where each layer reaches, by its middle."""
    layers: dict[int, tuple[float, float]] = {}
    for name, (x, _) in views.items():
        half = placed[name].width / 2
        left, right = layers.get(round(x), (x, x))
        layers[round(x)] = (min(left, x - half), max(right, x + half))
    return layers


def _through(
    bend: Spot, layers: Mapping[int, tuple[float, float]], *, forward: bool
) -> tuple[Spot, Spot]:
    """An arrow passes a layer straight, so that it meets none of its boxes."""
    left, right = layers.get(round(bend[0]), (bend[0], bend[0]))
    spots = (left, bend[1]), (right, bend[1])
    return spots if forward else (spots[1], spots[0])


def _sugiyama(
    names: Sequence[str], pairs: Sequence[tuple[str, str]], placed: Mapping[str, Placed]
) -> tuple[dict[str, Spot], dict[tuple[str, str], list[Spot]]]:
    """The middles of boxes, and the bends of arrows that pass layers by."""
    graphs, layouts = _grandalf()
    vertices = {name: graphs.Vertex(name) for name in names}
    for name, vertex in vertices.items():
        # Ours goes from left to right, grandalf's from top to bottom.
        vertex.view = layouts.VertexViewer(placed[name].height, placed[name].width)
    edges = {pair: graphs.Edge(vertices[pair[0]], vertices[pair[1]]) for pair in pairs}
    bent: dict[tuple[str, str], list[Spot]] = {}
    for pair, edge in edges.items():
        edge.view = _Bends(pair, bent)
    whole = graphs.graph_core(list(vertices.values()), list(edges.values()))
    layout = layouts.SugiyamaLayout(whole)
    layout.xspace, layout.yspace = DOWN, ACROSS
    layout.dw = layout.dh = 2.0  # an arrow that passes a layer takes next to no room
    backward = [edges[pair] for pair in _backward(names, pairs)]
    back = {(edge.v[0].data, edge.v[1].data) for edge in backward}
    entered = {two for one, two in pairs if (one, two) not in back}
    entered |= {one for one, two in pairs if (one, two) in back}
    roots = [vertices[name] for name in names if name not in entered]
    layout.init_all(roots=roots, inverted_edges=backward)
    layout.draw(ROUNDS)
    return {name: _turned(vertex.view.xy) for name, vertex in vertices.items()}, bent


class _Bends:
    """Takes the path that the layout gives an edge, without its two ends."""

    def __init__(self, pair: tuple[str, str], bent: dict[tuple[str, str], list[Spot]]) -> None:
        self._pair = pair
        self._bent = bent

    def setpath(self, spots: Sequence[Spot]) -> None:
        self._bent[self._pair] = [_turned(spot) for spot in spots[1:-1]]


def _turned(spot: Spot) -> Spot:
    return (float(spot[1]), float(spot[0]))


def _grandalf() -> tuple[Any, Any]:
    try:
        from grandalf import graphs, layouts
    except ImportError as error:
        raise NotAvailable(
            "drawing needs the package grandalf", hint="pip install 'ivrkit[graph]'"
        ) from error
    return graphs, layouts


def _backward(names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The arrows that lead back towards the beginning: to what is fewer ways away from it, or as
    many and comes before."""
    ways: dict[str, list[str]] = {name: [] for name in names}
    for one, other in pairs:
        ways[one].append(other)
    entered = {other for _, other in pairs}
    far: dict[str, tuple[int, int]] = {}
    for start in (*(name for name in names if name not in entered), *names):
        waiting = deque([(start, 0)])
        while waiting:
            name, distance = waiting.popleft()
            if name not in far:
                far[name] = (distance, len(far))
                waiting += [(other, distance + 1) for other in ways[name]]
    return [(one, other) for one, other in pairs if far[other] < far[one]]


# ---- arrows ------------------------------------------------------------------------------------


def _route(
    picture: Picture, arrow: Arrow, bends: Mapping[tuple[str, str], Sequence[Spot]]
) -> Route:
    source, target = picture.placed[arrow.source], picture.placed[arrow.target]
    y = _leaves(source, arrow)
    end = target.y + HEAD / 2
    right = source.x + source.width
    if source is target:
        out = right + 26.0
        return Route(arrow, [(right, y), (out, y), (out, end), (right, end)])
    between = bends.get((arrow.source, arrow.target), ())
    if target.x >= right:
        return Route(arrow, [(right, y), *between, (target.x, end)])
    return Route(arrow, [(source.x, y), *between, (target.x + target.width, end)])


def _leaves(placed: Placed, arrow: Arrow) -> float:
    """How far down an arrow leaves its box: at its own row, at its step's, or at the title."""
    own = [number for number, row in enumerate(placed.rows) if row.arrow is arrow]
    step = [
        number
        for number, row in enumerate(placed.rows)
        if row.arrow is None and arrow.path and row.line.path == arrow.path
    ]
    number = next(iter(own or step), None)
    return placed.y + HEAD / 2 if number is None else placed.row_y(number)
