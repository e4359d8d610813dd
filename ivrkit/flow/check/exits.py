"""Exits that a verb does not have."""

from __future__ import annotations

from ivrkit.call.exits import ERROR
from ivrkit.call.step import Node
from ivrkit.call.targets import Target
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.exits import ELSE
from ivrkit.flow.holes import Hole

UNKNOWN_EXIT = define(
    "unknown-exit",
    "A verb has no such exit",
    "`exits` names outcomes of the step's own verb (or of the flow it runs), `error`, or `else`. "
    "The hint gives the nearest one.",
)


class Exits(Check):
    """Exits that the verb does not have."""

    name = "exits"

    def run(self, subject: Subject) -> None:
        for node in subject.nodes:
            for way, target in node.targets.items():
                if way.startswith("exits/"):
                    self._check(subject, node, way, target)

    def _check(self, subject: Subject, node: Node, way: str, target: Target) -> None:
        name = way.removeprefix("exits/")
        if isinstance(node.step, Hole):
            return
        known = {spec.name for spec in node.outcomes()} | {ERROR, ELSE}
        ran = node.step.runs()
        if ran is not None:
            if ran not in subject.flows or subject.flows[ran].may_have(name, "outcomes"):
                return  # what is missing has been told of
            known |= set(subject.flows[ran].outcomes)
        if name not in known:
            what = node.step.verb if ran is None else f"the flow {ran}"
            message, hint = f"{what} has no exit '{name}'", did_you_mean(name, known)
            if name in {spec.name for spec in type(node.step).exits}:
                message = f"this step is never left by '{name}', as it is written"
                hint = "take it out"
            subject.report(
                UNKNOWN_EXIT,
                message,
                node.marks.get(way, target.mark),
                hint=hint,
                path=f"{node.path}/{way}",
            )
