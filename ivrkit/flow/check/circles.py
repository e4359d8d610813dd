"""Circles that never wait for the caller."""

from __future__ import annotations

from ivrkit.call.kinds import Kind
from ivrkit.call.step import Node
from ivrkit.flow.check.graph import FIRST, EdgeKind, Graph
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

ENDLESS = define(
    "endless",
    "The flow goes round for ever without waiting for the caller",
    "From this step on every way leads back to it, through steps that only work something out. Let "
    "something in the circle speak, ask or wait, or let a condition lead out of it.",
)


class Circles(Check):
    """Steps from which nothing that waits, and no end, can be reached."""

    name = "circles"

    def run(self, subject: Subject) -> None:
        graph, before = subject.graph, subject.states.before
        waits = _leads_out(graph)
        told: set[int] = set()
        for number, node in graph.steps():
            if number in waits or number in told or before[number] < 0:
                continue
            circle = graph.reached([number])
            told |= circle
            names = graph.sections_of(sorted(circle & set(range(FIRST, len(graph.points)))))
            subject.report(
                ENDLESS,
                f"the flow goes round for ever through {' > '.join(names)} without waiting for "
                "the caller",
                node.mark,
                hint="let something in the circle speak, ask or wait",
                path=node.path,
            )


def _leads_out(graph: Graph) -> set[int]:
    """Points from which something that waits, or an end, can be reached."""
    sources: list[list[int]] = [[] for _ in graph.points]
    for number, edges in enumerate(graph.edges):
        for edge in edges:
            if edge.kind is not EdgeKind.RETURN or number not in graph.calls:
                sources[edge.to].append(number)
            else:
                # Behind a section that is run one only comes through it.
                sources[graph.calls[number]].append(number)
    found = {number for number, edges in enumerate(graph.edges) if _stops(graph, number)}
    waiting = list(found)
    while waiting:
        for source in sources[waiting.pop()]:
            if source not in found:
                found.add(source)
                waiting.append(source)
    return found


def _stops(graph: Graph, number: int) -> bool:
    """Whether the call waits here, or the walk ends here."""
    node: Node | None = graph.points[number].node
    if node is None:
        return number < FIRST
    if not graph.edges[number]:
        return True
    return node.step.kind is not Kind.INNER and not node.step.answers
