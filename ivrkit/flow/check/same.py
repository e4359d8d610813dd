"""Steps whose success and failure lead to the same place."""

from __future__ import annotations

from ivrkit.call.kinds import Kind
from ivrkit.call.step import Node
from ivrkit.call.targets import Jump
from ivrkit.flow.check.graph import END, FIRST, EdgeKind, Graph
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

SAME_EITHER_WAY = define(
    "same-either-way",
    "Whatever comes of a step, the flow goes to the same section",
    "All ways out of the step, success and failure alike, are jumps to one section, and nothing is "
    "kept of what came of it: a choice that is none, a look-up whose failure is not noticed. Let "
    "one of them lead elsewhere. Where it does not matter what comes of it, write `next`.",
)

_FOLLOWED = (EdgeKind.FLOW, EdgeKind.RETURN)


class Same(Check):
    """Steps that keep nothing, and all of whose ways are jumps to one section."""

    name = "same"
    whole = True

    def run(self, subject: Subject) -> None:
        graph = subject.graph
        heads = {head: name for name, head in graph.heads.items() if head != END}
        for number, node in graph.steps():
            if not node.targets or not self._decides(node):
                continue
            section = self._only_one(graph, heads, number, node)
            if section is not None:
                subject.report(
                    SAME_EITHER_WAY,
                    f"whatever comes of {node.step.verb}, the flow goes to {section}",
                    node.mark,
                    hint="let one of its ways lead elsewhere, or write `next`",
                    path=node.path,
                    severity="warning",
                )

    def _decides(self, node: Node) -> bool:
        """Whether the step is there for its ways alone, all written as jumps to sections."""
        step = node.step
        if isinstance(step, Hole) or step.kind is Kind.AWAY or step.loops or step.ends:
            return False
        if step.runs() is not None:  # what it does may be all that is wanted of it
            return False
        if any(not isinstance(each, Jump) for each in node.targets.values()):
            return False
        return node.when is None and not step.assigns()

    def _only_one(self, graph: Graph, heads: dict[int, str], number: int, node: Node) -> str | None:
        """The section to which all ways lead, if there is one and more than one way."""
        ways, places = 0, set()
        for edge in graph.edges[number]:
            if edge.kind in _FOLLOWED and edge.way != "keys":
                ways += 1
                places.add(_jumped(graph, heads, edge.to))
                if len(places) > 1:
                    return None
        return next(iter(places)) if ways > 1 and places else None


def _jumped(graph: Graph, heads: dict[int, str], number: int) -> str | None:
    """The section that is reached by jumps alone."""
    seen: set[int] = set()
    while number not in seen and number >= FIRST:
        seen.add(number)
        if number in heads:
            return heads[number]
        node = graph.points[number].node
        if node is None or not node.step.ends or node.when is not None:
            return None
        jumps = [each for each in node.targets.values() if isinstance(each, Jump)]
        if len(jumps) != 1 or len(graph.edges[number]) != 1:
            return None
        number = graph.edges[number][0].to
    return None
