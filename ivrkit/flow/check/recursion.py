"""Flows that run themselves, straight or by way of others."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow

RUNS_ITSELF = define(
    "runs-itself",
    "A flow runs itself",
    "Each flow that is run waits for the one that it runs: a call that goes round by `run` piles "
    "them up, and fails when 200 flows and sections run one another. Let a section of the flow "
    "begin anew with `goto`, or leave by an outcome and let the caller of the flow repeat it.",
)


class Recursion(Check):
    """A step that runs a flow which comes back to this one."""

    name = "recursion"

    def run(self, subject: Subject) -> None:
        home = subject.flow.name
        ways: dict[str, list[str]] = {}
        for node in subject.nodes:
            name = None if isinstance(node.step, Hole) else node.step.runs()
            if name is None:
                continue
            if name not in ways:
                ways[name] = way_back(name, home, subject.flows)
            if ways[name]:
                subject.report(
                    RUNS_ITSELF,
                    f"this flow runs itself: {' > '.join([home, *ways[name]])}",
                    node.marks.get("flow", node.mark),
                    hint="begin anew with `goto`, or leave by an outcome and repeat it outside",
                    path=node.path,
                    severity="warning",
                )


def way_back(start: str, home: str, flows: Mapping[str, Flow]) -> list[str]:
    """The flows from ``start`` to ``home``, each of which runs the next; nothing if there is no
    such way."""
    before: dict[str, str] = {start: ""}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        if name == home:
            way = [name]
            while before[way[-1]]:
                way.append(before[way[-1]])
            return way[::-1]
        flow = flows.get(name)
        for node in flow.nodes() if flow is not None else ():
            run = None if isinstance(node.step, Hole) else node.step.runs()
            if run is not None and run not in before:
                before[run] = name
                waiting.append(run)
    return []
