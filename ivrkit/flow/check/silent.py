"""Ways on which a call ends without a word to a caller who has just answered."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ivrkit.call.kinds import Kind
from ivrkit.call.step import Node
from ivrkit.flow.check.fields import check_way, section_run
from ivrkit.flow.check.graph import HANGUP, EdgeKind, Graph
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

SILENT_END = define(
    "silent-end",
    "A call ends without a word behind what the caller entered",
    "The caller has answered a question, and nothing is said before the line goes dead: the caller "
    "believes that the call was cut. Say goodbye on the way that the message names. An entry that "
    "is itself `hangup` is meant so, and behind the end of a flow the dialplan may speak.",
)


class Silent(Check):
    """Walks from every answer, through steps that say nothing, to the end."""

    name = "silent"
    whole = True

    def run(self, subject: Subject) -> None:
        graph = subject.graph
        parents: dict[int, int] = {}
        waiting: deque[int] = deque()
        for number, to in self._answers(graph):
            if to != HANGUP and to not in parents:  # an entry that is `hangup` is meant so
                parents[to] = number
                waiting.append(to)
        while waiting:
            number = waiting.popleft()
            node = graph.points[number].node
            if node is not None and speaks(node):
                continue
            for edge in graph.edges[number]:
                if edge.kind is EdgeKind.INTERRUPT or edge.way.startswith("exits/error"):
                    continue
                if edge.to == HANGUP:
                    self._report(subject, parents, number)
                elif edge.to not in parents:
                    parents[edge.to] = number
                    waiting.append(edge.to)

    def _answers(self, graph: Graph) -> Iterator[tuple[int, int]]:
        """The ways by which a question is left with an answer."""
        for number, point in enumerate(graph.points):
            node = point.node
            if node is None or not node.step.asks:
                continue
            passed = check_way(node)
            for edge in graph.edges[number]:
                failed = edge.way.startswith("exits/") or edge.way in ("keys", "when", passed)
                if edge.kind is EdgeKind.FLOW and not failed:
                    yield number, edge.to

    def _report(self, subject: Subject, parents: dict[int, int], number: int) -> None:
        graph = subject.graph
        node = graph.points[number].node
        if node is None or subject.states.before[number] < 0:
            return
        subject.report(
            SILENT_END,
            "the line goes dead without a word to the caller who comes by "
            f"{_way(graph, parents, number)}",
            node.mark,
            hint="say something before",
            path=node.path,
            severity="warning",
        )


def speaks(node: Node) -> bool:
    """Whether something is heard at a step, or may be."""
    step = node.step
    if step.kind in (Kind.CALLER, Kind.AWAY):
        return not step.answers
    return step.runs() is not None or section_run(step) is not None


def _way(graph: Graph, parents: dict[int, int], number: int) -> str:
    path = [number]
    while path[-1] in parents and parents[path[-1]] not in path:
        path.append(parents[path[-1]])
    return " > ".join(graph.sections_of(path[::-1]))
