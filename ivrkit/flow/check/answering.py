"""Steps that need an answered call, on a path on which it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivrkit.call.step import Node
from ivrkit.flow.check.effects import ANSWERED
from ivrkit.flow.check.graph import END
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.model import Flow
from ivrkit.flow.world import World

NOT_ANSWERED = define(
    "not-answered",
    "A step needs an answered call, and on some path it is not",
    "menu, collect, record, queue and the like need an answered call; say and wait do not (early "
    "media). Put `- answer` before, on the path that the message names. On a call that is answered "
    "`answer` does nothing.",
)


class Answering:
    """What the flows that are run need and do: an answered call, answering it."""

    def __init__(self, flows: Mapping[str, Flow], world: World) -> None:
        self._flows = flows
        self._world = world
        self._known: dict[str, tuple[bool, bool]] = {}

    def needs(self, name: str) -> bool:
        """Whether a flow has a path to a step that needs an answered call and no ``answer``."""
        return self._of(name)[0]

    def gain(self, name: str) -> int:
        """``ANSWERED`` if the call is answered whenever the flow comes back."""
        return ANSWERED if self._of(name)[1] else 0

    def _of(self, name: str) -> tuple[bool, bool]:
        if name not in self._known:
            self._known[name] = (False, False)  # a flow that runs itself adds nothing
            flow = self._flows.get(name)
            if flow is None:  # it has been told of, and may do either
                self._known[name] = (False, True)
            else:
                subject = Subject(flow, self._flows, self._world, Diagnostics(), self)
                needs = any(True for _ in unanswered(subject))
                self._known[name] = (needs, bool(subject.states.before[END] & ANSWERED))
        return self._known[name]


def unanswered(subject: Subject) -> Iterator[tuple[int, Node, str]]:
    """Steps that may be reached on a call that is not answered, with what needs it."""
    before = subject.states.before
    for number, node in subject.graph.steps():
        if before[number] & ANSWERED:
            continue
        ran = node.step.runs()
        if node.step.answered:
            yield number, node, node.step.verb
        elif ran is not None and subject.answering.needs(ran):
            yield number, node, f"the flow {ran}"


class Answered(Check):
    """``menu``, ``queue`` and the like behind an ``answer``."""

    name = "answered"

    def run(self, subject: Subject) -> None:
        for number, node, what in unanswered(subject):
            way = " > ".join(subject.states.way_to(number, ANSWERED))
            subject.report(
                NOT_ANSWERED,
                f"{what} needs an answered call, and it is not answered on the way {way}",
                node.mark,
                hint="put `- answer` before it",
                path=node.path,
            )
