"""Circles that never wait for the caller."""

from __future__ import annotations

from collections.abc import Sequence

from ivrkit.call.kinds import Kind
from ivrkit.flow.check.graph import END, Edge, EdgeKind, Graph
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

ENDLESS = define(
    "endless",
    "The flow goes round for ever without waiting for the caller",
    "From this step on every way leads back to it, through steps that only work something out. Let "
    "something in the circle speak, ask or wait, or let a condition lead out of it.",
)


Edges = Sequence[Sequence[Edge]]


class Circles(Check):
    """Steps from which nothing that waits, and no end, can be reached."""

    name = "circles"

    def run(self, subject: Subject) -> None:
        graph, before = subject.graph, subject.states.before
        waits = _waiting(graph)
        leads_out = leading_out(graph, graph.edges, waits)
        told: set[int] = set()
        quiet = [n for n in range(len(before)) if n not in leads_out and before[n] >= 0]
        if not quiet:
            return
        outermost = _outermost(graph) | set(graph.calls.values())
        for number in quiet:
            if number in told or number not in outermost:
                continue
            circle = circle_from(graph.edges, number, leads_out)
            if not told & set(circle):
                self._report(subject, circle)
            told |= graph.reached([number])

    def _report(self, subject: Subject, circle: list[int]) -> None:
        node = subject.graph.points[circle[0]].node
        assert node is not None
        names = " > ".join(subject.graph.sections_of(circle))
        subject.report(
            ENDLESS,
            f"the flow goes round for ever through {names} without waiting for the caller",
            node.mark,
            hint="let something in the circle speak, ask or wait",
            path=node.path,
        )


def leading_out(graph: Graph, edges: Edges, goals: set[int]) -> set[int]:
    """The points from which, by these edges, the end or one of these points can be reached."""
    ends = _leading(graph, edges, {END}, None) if graph.calls else {END}
    return ends | _leading(graph, edges, goals | (set() if graph.calls else ends), ends)


def _leading(graph: Graph, edges: Edges, goals: set[int], ends: set[int] | None) -> set[int]:
    """The points from which one of these can be reached. Behind a section that is run one only
    comes if it has an end: ``ends`` are the points from which there is one. None: this is what
    is being found out, and what happens inside such a section does not count."""
    sources: list[list[tuple[int, EdgeKind]]] = [[] for _ in graph.points]
    behind: dict[int, list[tuple[int, int]]] = {}
    for number, several in enumerate(edges):
        if number in goals:
            continue
        for edge in several:
            if edge.kind is not EdgeKind.CALL or ends is not None:
                sources[edge.to].append((number, edge.kind))
            if edge.kind is EdgeKind.RETURN and number in graph.calls:
                behind.setdefault(graph.calls[number], []).append((number, edge.to))
    found, waiting = set(goals), list(goals)
    returns = found if ends is None else ends
    while waiting:
        number = waiting.pop()
        led = [
            source
            for source, kind in sources[number]
            if kind is not EdgeKind.RETURN
            or source not in graph.calls  # there is no such section: that has been told of
            or graph.calls[source] in returns
        ]
        if ends is None:  # the section that begins here has an end
            led += [source for source, to in behind.get(number, ()) if to in found]
        waiting += {*led} - found
        found.update(led)
    return found


def _waiting(graph: Graph) -> set[int]:
    """The points at which the call waits for the caller, is over, or goes who knows where."""
    loose = {id(each.node) for each in graph.loose}
    found = set(graph.holes)
    for number, point in enumerate(graph.points):
        node = point.node
        if node is None:
            stops = number != END and not graph.edges[number]
        else:
            stops = node.step.kind is not Kind.INNER and not node.step.answers
        if stops or (node is not None and id(node) in loose):
            found.add(number)
    return found


def _outermost(graph: Graph) -> set[int]:
    """The points that a call comes to without a section being run."""
    found = {graph.start}
    waiting = [graph.start]
    while waiting:
        for edge in graph.edges[waiting.pop()]:
            if edge.kind is not EdgeKind.CALL and edge.to not in found:
                found.add(edge.to)
                waiting.append(edge.to)
    return found


def circle_from(edges: Edges, number: int, leads_out: set[int]) -> list[int]:
    """The points of a circle into which the flow runs from here."""
    way: list[int] = []
    while number not in way:
        way.append(number)
        number = next(edge.to for edge in edges[number] if edge.to not in leads_out)
    return way[way.index(number) :]
