"""Steps that change something, through a connector that only reads."""

from __future__ import annotations

from ivrkit.flow.check.among import names_used
from ivrkit.flow.check.functions import only_reads
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

ONLY_READS = define(
    "only-reads",
    "A step changes something, and its connector only reads",
    "`read_only: true` of the connector in ivrkit.yaml refuses every step that may change "
    "something. Use another connector for it; or say that the step reads, if it does.",
)


class Writing(Check):
    """Every connector that a writing step may ask, against what the site says of it."""

    name = "writing"

    def run(self, subject: Subject) -> None:
        connectors = subject.world.connectors or {}
        for node in subject.nodes:
            step = node.step
            if not step.asks_kind or isinstance(step, Hole) or step.reads:
                continue
            if only_reads(node, subject.world):
                continue
            known = connectors.get(step.asks_kind, {})
            for each in names_used(node, step.asks_kind):
                if known.get(each.name, False):
                    subject.report(
                        ONLY_READS,
                        f"'{each.name}' only reads, and this step may change something",
                        node.marks.get(each.path, node.mark),
                        hint="use a connector without `read_only`, or a step that reads",
                        path=node.path,
                    )
