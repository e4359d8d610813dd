"""Callers who go round for ever: those who say nothing, and those who only press wrong keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ivrkit.call.kinds import Kind
from ivrkit.flow.check.circles import circle_from, leading_out
from ivrkit.flow.check.graph import END, HANGUP, Edge, EdgeKind, Graph
from ivrkit.flow.check.guessing import is_guessed
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.check.trails import led_back
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

NO_WAY_OUT = define(
    "no-way-out",
    "A caller who says nothing, or only presses wrong keys, goes round for ever",
    "Attempts bound a question, not the circle that its `no_input` or `no_match` leads round: a "
    "telephone that was put down would hold the line until `max_call`. Let one of these exits lead "
    "to a person or to the end, or let a condition do so (`if: visit > 2`). A menu to which the "
    "callers' own keys lead back is none of this.",
)

_CALLERS: Final[Mapping[str, str]] = {
    "exits/no_input": "who says nothing",
    "exits/no_match": "who only presses wrong keys",
}
"""By which exit each sort of caller leaves every question."""


class Trapped(Check):
    """Questions from which such a caller reaches neither the end nor another party."""

    name = "trapped"
    whole = True

    def run(self, subject: Subject) -> None:
        graph, before = subject.graph, subject.states.before
        told: set[int] = set()
        for way, who in _CALLERS.items():
            edges = _edges_of(graph, way)
            leads_out = leading_out(graph, edges, _goals(graph, edges))
            for number, node in graph.steps():
                if not node.step.asks or number in leads_out or before[number] < 0:
                    continue
                circle = circle_from(edges, number, leads_out)
                guessed = way == "exits/no_match" and is_guessed(subject, node)  # told of as such
                if number in circle and not told & set(circle) and not guessed:
                    told |= set(circle)
                    self._report(subject, number, circle, who)

    def _report(self, subject: Subject, number: int, circle: list[int], who: str) -> None:
        node = subject.graph.points[number].node
        assert node is not None
        names = subject.graph.sections_of(circle)
        round_ = f" through {' > '.join(names)}" if len(names) > 1 else ""
        subject.report(
            NO_WAY_OUT,
            f"a caller {who} goes round for ever{round_}",
            node.mark,
            hint="lead to a person or to the end, or count: `if: visit > 2`",
            path=node.path,
            severity="warning",
        )


def _edges_of(graph: Graph, way: str) -> list[list[Edge]]:
    """The edges that such a caller takes: a question is left by this exit alone (or because
    its attempts are used up)."""
    found: list[list[Edge]] = []
    for number, edges in enumerate(led_back(graph)):
        node = graph.points[number].node
        if node is None or not node.step.asks or isinstance(node.step, Hole):
            found.append([each for each in edges if each.kind is not EdgeKind.INTERRUPT])
            continue
        taken = [each for each in edges if each.way in (way, "exits/used_up", "when")]
        found.append(taken)
    return found


def _goals(graph: Graph, edges: list[list[Edge]]) -> set[int]:
    """The points at which the call is over, is in other hands, or goes who knows where."""
    found = {HANGUP, *graph.holes, *(n for n in range(len(edges)) if n != END and not edges[n])}
    for number, point in enumerate(graph.points):
        if point.node is not None and point.node.step.kind is Kind.AWAY:
            found.add(number)
    return found
