"""Systems outside that fail, and callers who are then simply sent away."""

from __future__ import annotations

from typing import Final

from ivrkit.call.exits import ERROR, TIMEOUT
from ivrkit.flow.check.graph import END, ON_END, ON_ERROR
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.exits import leads_to
from ivrkit.flow.holes import Hole

NO_WAY_ON = define(
    "no-way-on",
    "When a system outside fails, the call ends",
    "Every database and every service is away at some time. Where neither the step's `exits:` nor "
    "the flow's `exits:` or `on_error:` say where the caller goes then, an apology is said and the "
    "call is over. Lead the caller to a person, or to a section that does without. A flow that is "
    "run by others has their `on_error`.",
)
_FAILURES: Final = (ERROR, TIMEOUT)


class Failing(Check):
    """Steps that ask a system outside while the caller is there; a flow is told of once."""

    name = "failing"
    whole = True

    def run(self, subject: Subject) -> None:
        flow, graph = subject.flow, subject.graph
        if flow.on_error is not None or subject.part:
            return
        here = _with_the_caller(subject)
        for number, node in graph.steps():
            if number not in here or not node.step.asks_kind or isinstance(node.step, Hole):
                continue
            lost = [name for name in _FAILURES if leads_to(node, name, flow) is None]
            if lost:
                subject.report(
                    NO_WAY_ON,
                    f"when {node.step.verb} fails, the call ends",
                    node.mark,
                    hint="write `on_error: …` in the flow, or `exits: {else: …}` beside "
                    f"{node.step.verb}",
                    path=node.path,
                    severity="warning",
                )
                return


def _with_the_caller(subject: Subject) -> set[int]:
    """The points that a call comes to before anything has failed, and before it is over."""
    graph = subject.graph
    found = {graph.start, *graph.entries}
    waiting = list(found)
    while waiting:
        for edge in graph.edges[waiting.pop()]:
            if edge.to not in found and edge.to not in (END, ON_ERROR, ON_END):
                found.add(edge.to)
                waiting.append(edge.to)
    return found
