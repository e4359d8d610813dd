"""What is to run while a step goes on, and cannot."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.call.kinds import Kind
from ivrkit.call.step import Node
from ivrkit.call.targets import Reserved
from ivrkit.flow.check.graph import DURING, MEANWHILE, Graph
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

NOTHING_MEANWHILE = define(
    "nothing-meanwhile",
    "A reserved word cannot run meanwhile",
    "`meanwhile` is a section, or steps in place, that run for the caller while the step goes on. "
    "A reserved word leads somewhere and runs nothing: write the steps, or leave `meanwhile` out "
    "(`music` alone needs none).",
)

AWAY_MEANWHILE = define(
    "away-meanwhile",
    "The call is given away while a step goes on",
    "What runs `meanwhile` is cut off the moment the step ends, and a call that is in other hands "
    "(a queue, the dialplan) cannot be taken back. Let a key or a menu lead to a section that "
    "does it: a jump ends the step.",
)


class Beside(Check):
    """``meanwhile: next``, and calls that are given away meanwhile."""

    name = "beside"

    def run(self, subject: Subject) -> None:
        for node in subject.nodes:
            target = node.targets.get(MEANWHILE)
            if isinstance(target, Reserved):
                subject.report(
                    NOTHING_MEANWHILE,
                    f"'{target.word}' is nothing that could run meanwhile",
                    target.mark if target.mark.line else node.mark,
                    hint="write a section's name, or steps in place",
                    path=node.path,
                )
        told: set[str] = set()
        for node in _away(subject.graph):
            if node.path not in told:
                told.add(node.path)
                subject.report(
                    AWAY_MEANWHILE,
                    f"{node.step.verb} gives the call away, and what runs meanwhile is cut off",
                    node.mark,
                    hint="put it in a section, and jump there: that ends the step",
                    path=node.path,
                )


def _away(graph: Graph) -> Iterator[Node]:
    """Steps that give the call away, among those that run while another step goes on."""
    for number in graph.cut:
        if any(edge.way == DURING for edge in graph.edges[number]):
            for point in sorted(graph.inside(number)):
                node = graph.points[point].node
                if node is not None and node.step.kind is Kind.AWAY:
                    yield node
