"""Steps of ``on_end`` that need the caller."""

from __future__ import annotations

from collections import deque

from ivrkit.call.kinds import Kind
from ivrkit.flow.check.graph import ON_END, PERHAPS
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

CALLER_GONE = define(
    "caller-gone",
    "on_end uses a step that needs the caller",
    "`on_end` runs when the call is over, however it ended: it may write and log, and cannot "
    "speak, ask, wait or hand over.",
)


class OnEnd(Check):
    """Walks from ``on_end`` to the first step on each way that needs the caller."""

    name = "on_end"

    def run(self, subject: Subject) -> None:
        graph = subject.graph
        parents: dict[int, int] = {ON_END: ON_END}
        waiting = deque([ON_END])
        while waiting:
            number = waiting.popleft()
            node = graph.points[number].node
            if node is not None and node.step.kind in (Kind.CALLER, Kind.AWAY):
                self._report(subject, parents, number)
                continue
            for edge in graph.edges[number]:
                if edge.to not in parents and edge.way != PERHAPS:
                    parents[edge.to] = number
                    waiting.append(edge.to)

    def _report(self, subject: Subject, parents: dict[int, int], number: int) -> None:
        node = subject.graph.points[number].node
        assert node is not None
        way = [number]
        while way[-1] != ON_END:
            way.append(parents[way[-1]])
        names = " > ".join(subject.graph.sections_of(way[::-1]))
        subject.report(
            CALLER_GONE,
            f"{node.step.verb} needs the caller, who is gone when {names} runs",
            node.mark,
            hint="remove it from what on_end runs",
            path=node.path,
        )
