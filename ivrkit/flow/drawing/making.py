"""Makes the drawing of a flow: one walk over its control-flow graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Final, NamedTuple

from ivrkit.call.step import Node
from ivrkit.call.targets import Branch, Jump, Target
from ivrkit.flow.check.graph import (
    ASKED,
    END,
    FIRST,
    HANGUP,
    KEYS,
    ON_END,
    ON_ERROR,
    Edge,
    EdgeKind,
    Graph,
)
from ivrkit.flow.drawing.model import (
    Arrow,
    ArrowKind,
    Atlas,
    Box,
    BoxKind,
    Drawing,
    Line,
    LineKind,
    Source,
)
from ivrkit.flow.drawing.wording import step_text, way_text
from ivrkit.flow.model import Flow, FlowKey, FlowVersion

START: Final = "start"
_TITLES: Final = {KEYS: "keys", ON_ERROR: "on_error", ON_END: "on_end"}
_ENDS: Final = {HANGUP: "hang up", END: "end", ASKED: "back"}
_FROM_EVERYWHERE: Final = frozenset({KEYS, ON_ERROR, ON_END})
"""Nearly every step has a way there; they are entries of their own instead."""
_KINDS: Final = {EdgeKind.CALL: ArrowKind.RUN, EdgeKind.INTERRUPT: ArrowKind.INTERRUPT}


Missed = Mapping[str, Set[tuple[str, str]]]
"""By flow, the steps and their ways that no call of the tests has taken; a section has no way."""


def atlas_of(
    version: FlowVersion,
    sources: Mapping[str, Source],
    *,
    unfold: bool = False,
    missed: Missed = MappingProxyType({}),
) -> Atlas:
    """The drawings of a flow and of all flows that it runs, its own first; with ``unfold`` one
    drawing with all of them in it."""
    names = [version.name, *sorted(set(version.flows) - {version.name})]
    if unfold:
        return Atlas([_drawing(version, names, missed, unfold=True)], sources)
    return Atlas([_drawing(version, [name], missed) for name in names], sources)


def _drawing(
    version: FlowVersion, names: Sequence[str], missed: Missed, *, unfold: bool = False
) -> Drawing:
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for name in names:
        part = _Part(
            version,
            name,
            missed.get(name, frozenset()),
            unfold=unfold,
            first=name == names[0],
        )
        boxes += part.boxes()
        arrows += part.arrows()
    own = {box.id: box for box in boxes}
    boxes += [box for box in _named_only(arrows, version.flows) if box.id not in own]
    first = version.flows[names[0]]
    return Drawing(names[0], first.title or names[0], boxes, arrows, names)


def _named_only(arrows: Iterable[Arrow], flows: Mapping[str, Flow]) -> Iterator[Box]:
    """The boxes to which arrows lead and that hold no steps here: ends, and folded flows."""
    seen: set[str] = set()
    for arrow in arrows:
        kind, _, rest = arrow.target.partition("|")
        if arrow.target in seen:
            continue
        seen.add(arrow.target)
        if kind == BoxKind.FLOW:
            flow = flows.get(rest)
            note = flow.title if flow is not None else ""
            yield Box(arrow.target, BoxKind.FLOW, rest, rest, "", note)
        elif kind == BoxKind.END:
            title, source = rest.split("|", 1)
            yield Box(arrow.target, BoxKind.END, title, source.split("|")[0], "")


class _Way(NamedTuple):
    """A way that leaves a box: from which step of it, to which box."""

    source: str
    path: str
    target: str
    kind: ArrowKind
    label: str = ""
    way: str = ""


class _Part:
    """One flow of a drawing. ``name`` is the flow's name in the library; ``first``: the call
    begins in it."""

    def __init__(
        self,
        version: FlowVersion,
        name: str,
        missed: Set[tuple[str, str]],
        *,
        unfold: bool,
        first: bool,
    ) -> None:
        flow = version.flows[name]
        self._missed = missed
        self._flow = flow
        self._name = name
        self._unfold = unfold
        self._first = first
        self._graph = Graph.of(flow, version.flows)

    # ---- boxes -----------------------------------------------------------------------------------

    def boxes(self) -> list[Box]:
        """The entries, the sections in the order of the file, the shared exits."""
        flow = self._flow
        found = [self._box(BoxKind.ENTRY, START, (), title=START)] if self._first else []
        for section in flow.sections.values():
            note = "entry" if section.name in flow.entry else ""
            lines = tuple(_lines(section.nodes, 0))
            found.append(
                self._box(BoxKind.SECTION, section.name, lines, note=note, row=section.mark.line)
            )
        keys = (*flow.keys, *flow.shortcuts)
        if keys:
            found.append(self._box(BoxKind.ENTRY, "keys", tuple(_key_lines(keys))))
        for name, target in (("on_error", flow.on_error), ("on_end", flow.on_end)):
            if target is not None:
                found.append(self._box(BoxKind.ENTRY, name, tuple(_target_lines(target))))
        for name, target in flow.exits.items():
            if isinstance(target, Branch):
                lines = tuple(_target_lines(target))
                title = f"exits: {name}"
                found.append(self._box(BoxKind.SHARED, f"exits/{name}", lines, title=title))
        return found

    def _box(
        self,
        kind: BoxKind,
        origin: str,
        lines: Sequence[Line],
        *,
        title: str = "",
        note: str = "",
        row: int = 0,
    ) -> Box:
        id_ = self._id(origin)
        first = row or next((line.row for line in lines if line.row), 0)
        missed = (origin, "") in self._missed
        return Box(id_, kind, title or origin, self._name, origin, note, lines, first, missed)

    def _id(self, origin: str) -> str:
        """The box of a place: all flow-wide keys share one."""
        return f"{self._name}|{'keys' if origin.startswith('keys/') else origin}"

    # ---- arrows ----------------------------------------------------------------------------------

    def arrows(self) -> list[Arrow]:
        """Every way that leaves its box, those between the same two ends as one."""
        merged: dict[tuple[str, str, str, ArrowKind], dict[str, bool]] = {}
        for source, path, target, kind, label, way in self._ways():
            labels = merged.setdefault((source, path, target, kind), {})
            labels[label] = labels.get(label, True) and (path, way) in self._missed
        return [
            Arrow(
                source,
                target,
                tuple(filter(None, labels)),
                kind,
                path,
                all(labels.values()),
                tuple(label for label, missed in labels.items() if label and missed),
            )
            for (source, path, target, kind), labels in merged.items()
        ]

    def _ways(self) -> Iterator[_Way]:
        graph = self._graph
        if self._first:
            for head in dict.fromkeys([graph.start, *graph.entries]):
                if head >= FIRST:
                    target = self._id(graph.points[head].origin)
                    yield _Way(self._id(START), "", target, ArrowKind.WAY)
        for number, point in enumerate(graph.points):
            if point.node is None and number not in _TITLES:
                continue
            source = self._id(_TITLES.get(number, point.origin))
            for edge in graph.edges[number]:
                yield from self._way(number, point.node, source, edge)
            if point.node is not None and not point.leaving:
                yield from self._runs(point.node, source)

    def _way(self, number: int, node: Node | None, source: str, edge: Edge) -> Iterator[_Way]:
        if edge.to in _FROM_EVERYWHERE or edge.kind in (EdgeKind.SKIP, EdgeKind.RETURN):
            return
        path = node.path if node is not None else edge.way
        kind = _KINDS.get(edge.kind, ArrowKind.WAY)
        label = way_text(edge.way)
        if node is not None and edge.way in (node.step.main, node.step.verb):
            label = ""
        if node is None and edge.way in ("on_error", "on_end"):
            label = ""
        if edge.to in _ENDS:
            target = f"{BoxKind.END}|{_ENDS[edge.to]}|{source}"
            ending = label in ("hangup", "return", *_ENDS.values())
            yield _Way(source, path, target, kind, "" if ending else label, edge.way)
            return
        target = self._id(self._graph.points[edge.to].origin)
        if target != source or self._goes_back(number, edge):
            yield _Way(source, path, target, kind, label, edge.way)

    def _goes_back(self, number: int, edge: Edge) -> bool:
        """Whether a way inside a section leads to its beginning from further down or from a key,
        and is not just the order of its steps."""
        head = self._graph.heads.get(self._graph.points[number].origin)
        return edge.to == head and edge.way != "next" and edge.to <= number

    def _runs(self, node: Node, source: str) -> Iterator[_Way]:
        name = node.step.runs()
        if name is None:
            return
        target = f"{name}|main" if self._unfold else f"{BoxKind.FLOW}|{name}"
        yield _Way(source, node.path, target, ArrowKind.RUN)


# ---- lines -------------------------------------------------------------------------------------


def _lines(nodes: Iterable[Node], depth: int) -> Iterator[Line]:
    """Steps one below the other, those of their branches further in."""
    for node in nodes:
        text, verb = step_text(node.step), node.step.verb
        yield Line(LineKind.STEP, node.path, text, depth, verb, node.mark.line)
        for way, branch in node.branches():
            text = f"{way_text(way)}:"
            yield Line(LineKind.WAY, node.path, text, depth + 1, row=branch.mark.line)
            yield from _lines(branch.nodes, depth + 2)


def _target_lines(target: Target) -> Iterator[Line]:
    if isinstance(target, Branch):
        yield from _lines(target.nodes, 0)


def _key_lines(keys: Iterable[FlowKey]) -> Iterator[Line]:
    """Flow-wide keys and shortcuts, with the steps that stand there in place."""
    for key in keys:
        target = key.target
        where = target.section if isinstance(target, Jump) else ""
        if not isinstance(target, Branch | Jump):
            where = str(target.word)
        pattern = key.pattern.text
        text = f"{pattern} → {where}" if where else f"{pattern}:"
        yield Line(LineKind.WAY, f"keys/{pattern}", text, 0, row=key.mark.line)
        if isinstance(target, Branch):
            yield from _lines(target.nodes, 1)
