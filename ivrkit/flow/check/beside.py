"""What is to run while a step goes on, and cannot."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.call.kinds import Kind
from ivrkit.call.step import Node
from ivrkit.call.targets import Reserved
from ivrkit.flow.check.functions import only_reads
from ivrkit.flow.check.graph import DURING, MEANWHILE, Graph
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

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


WRITE_MEANWHILE = define(
    "write-meanwhile",
    "Something is changed while another step goes on",
    "What runs `meanwhile` begins anew with its step when the engine is restarted, and is cut off "
    "when the step ends: what it changes outside may be done twice, or begun and not seen to its "
    "end. Put it before or behind the step, or write `repeatable: true` where twice does no harm.",
)


class Beside(Check):
    """``meanwhile: next``, and calls that are given away, or things that are changed, meanwhile."""

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
        for node in {each.path: each for each in _beside(subject.graph)}.values():
            step = node.step
            if step.kind is Kind.AWAY:
                subject.report(
                    AWAY_MEANWHILE,
                    f"{step.verb} gives the call away, and what runs meanwhile is cut off",
                    node.mark,
                    hint="put it in a section, and jump there: that ends the step",
                    path=node.path,
                )
            elif step.asks_kind and not step.repeatable and not only_reads(node, subject.world):
                subject.report(
                    WRITE_MEANWHILE,
                    f"{step.verb} may be done twice: what runs meanwhile begins anew when the "
                    "engine is restarted",
                    node.mark,
                    hint="put it before or behind the step, or write `repeatable: true` if twice "
                    "does no harm",
                    path=node.path,
                    severity="warning",
                )


def _beside(graph: Graph) -> Iterator[Node]:
    """The steps that run while another step goes on."""
    for number in graph.cut:
        if any(edge.way == DURING for edge in graph.edges[number]):
            for point in sorted(graph.inside(number)):
                node = graph.points[point].node
                if node is not None and not isinstance(node.step, Hole):
                    yield node
