"""Callers who hear nothing while a system outside takes its time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ivrkit.call.lasting import LastingStep
from ivrkit.call.step import Node, Step
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

SILENT_WAIT = define(
    "silent-wait",
    "A caller may hear nothing for longer than 4 seconds",
    "Who hears nothing believes that the line is dead, and hangs up. A step that may take long "
    "says something, or plays music, with `meanwhile: {after: 2s, do: …}`: it is cut off the "
    "moment the answer is there, and an answer that comes soon is not delayed by it.",
)
LONGEST: Final = timedelta(seconds=4)


class Waiting(Check):
    """The time that steps give to connectors, where it is written."""

    name = "waiting"

    def run(self, subject: Subject) -> None:
        for node in subject.nodes:
            step = node.step
            if isinstance(step, Hole) or not step.asks_kind:
                continue
            after = _begins(step)
            if after is not None:
                self._begins_late(subject, node, after)
                continue
            time = step.timeout
            if time is None or not time.static or not isinstance(time.literal, timedelta):
                continue
            if time.literal > LONGEST and not node.path.startswith("on_end"):
                subject.report(
                    SILENT_WAIT,
                    f"the caller hears nothing for up to {time.literal.total_seconds():g} seconds",
                    node.marks.get("timeout", node.mark),
                    hint="add `meanwhile: {after: 2s, do: [say: One moment please.]}`",
                    path=node.path,
                    severity="warning",
                )

    def _begins_late(self, subject: Subject, node: Node, after: timedelta) -> None:
        if after > LONGEST:
            subject.report(
                SILENT_WAIT,
                f"the caller hears nothing for up to {after.total_seconds():g} seconds",
                node.marks.get("meanwhile/after", node.mark),
                hint="write `after: 2s`",
                path=node.path,
                severity="warning",
            )


def _begins(step: Step) -> timedelta | None:
    """When something begins to fill the time; None if nothing does."""
    if not isinstance(step, LastingStep) or step.meanwhile is None:
        return None
    after = step.meanwhile.after
    literal = after.literal if after is not None and after.static else None
    return literal if isinstance(literal, timedelta) else timedelta(0)
