"""What is to run while a step goes on, and cannot."""

from __future__ import annotations

from ivrkit.call.targets import Reserved
from ivrkit.flow.check.graph import MEANWHILE
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define

NOTHING_MEANWHILE = define(
    "nothing-meanwhile",
    "A reserved word cannot run meanwhile",
    "`meanwhile` is a section, or steps in place, that run for the caller while the step goes on. "
    "A reserved word leads somewhere and runs nothing: write the steps, or leave `meanwhile` out "
    "(`music` alone needs none).",
)


class Beside(Check):
    """``meanwhile: next`` and the like."""

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
