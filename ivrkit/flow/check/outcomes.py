"""Outcomes that lead nowhere."""

from __future__ import annotations

from ivrkit.flow.check.graph import Untargeted
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.exits import ELSE

NO_TARGET = define(
    "no-target",
    "An outcome leads nowhere",
    "An outcome of the caller or of the other party that the step does not name takes the target "
    "of the flow's own `exits:`. Where neither names it the call would end without a word. "
    "Name it in the step, or in the flow's `exits:` (`else` stands for all that are not named).",
)


class Outcomes(Check):
    """Outcomes that no target says anything about."""

    name = "outcomes"

    def run(self, subject: Subject) -> None:
        found: dict[int, list[Untargeted]] = {}
        for each in subject.graph.untargeted:
            if ELSE in subject.flow.unread or subject.flow.may_have(each.exit.name, "exits"):
                continue
            found.setdefault(id(each.node), []).append(each)
        for several in found.values():
            node = several[0].node
            names = [each.exit.name for each in several]
            subject.report(
                NO_TARGET,
                f"nothing says where {node.step.verb} goes on {_listed(names)}",
                node.mark,
                hint=f"write `exits: {{{': …, '.join(names)}: …}}` beside {node.step.verb}, "
                "or in the flow's own `exits:`",
                path=node.path,
            )


def _listed(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
