"""Writes of which nobody knows whether they were done."""

from __future__ import annotations

from ivrkit.call.exits import UNKNOWN
from ivrkit.flow.check.functions import only_reads
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.exits import leads_to
from ivrkit.flow.holes import Hole

UNKNOWN_WRITE = define(
    "unknown-write",
    "Nothing says what happens when a write may have been done, or not",
    "The connection broke or the time was over behind what was sent: it may have been done. To say "
    "that it failed is wrong then, and to do it once more may do it twice. Name `unknown` in the "
    "step's `exits:` (look whether it was done, or hand over to a person); or write "
    "`repeatable: true` where sending it twice does no harm.",
)


class Unanswered(Check):
    """Steps that change something outside, and whose `unknown` nobody takes."""

    name = "unanswered"

    def run(self, subject: Subject) -> None:
        flow = subject.flow
        if flow.may_have(UNKNOWN, "exits"):
            return
        for node in subject.nodes:
            step = node.step
            if not step.asks_kind or isinstance(step, Hole) or only_reads(node, subject.world):
                continue
            may_be = any(spec.name == UNKNOWN for spec in node.outcomes())
            if may_be and leads_to(node, UNKNOWN, flow) is None:
                subject.report(
                    UNKNOWN_WRITE,
                    f"nothing says what happens when nobody knows whether {step.verb} was done",
                    node.mark,
                    hint="write `exits: {unknown: …}`, or `repeatable: true` if it may be sent "
                    "twice",
                    path=node.path,
                    severity="warning",
                )
