"""Numbers of digits in the text of a question, beside the number that it takes."""

from __future__ import annotations

from ivrkit.call.asking import DigitCount
from ivrkit.call.step import Node
from ivrkit.flow.check.fields import field_read_as
from ivrkit.flow.check.said import question, retries
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

DIGITS_DIFFER = define(
    "digits-differ",
    "A text asks for another number of digits than the question takes",
    "The text speaks of so many digits, and `digits` takes fewer or more: whoever does as told is "
    "told that it is wrong, or waits. Correct one of the two.",
)


class Counted(Check):
    """The texts of every question for digits."""

    name = "counted"

    def run(self, subject: Subject) -> None:
        for node in subject.nodes:
            if not node.step.asks or isinstance(node.step, Hole):
                continue
            field = field_read_as(type(node.step), reading="digit_count")
            count = getattr(node.step, field.attribute) if field is not None else None
            if isinstance(count, DigitCount):
                self._question(subject, node, count)

    def _question(self, subject: Subject, node: Node, count: DigitCount) -> None:
        language = subject.flow.language
        for part in (*question(node.step, language), *retries(node, language)):
            wording = subject.world.wording(part.language) if part.text else None
            told = wording.digit_counts(part.text) if wording is not None else ()
            if told and not any(count.least <= each <= count.most for each in told):
                takes = str(count.least)
                if count.most != count.least:
                    takes += f" to {count.most}"
                subject.report(
                    DIGITS_DIFFER,
                    f"the text speaks of {told[0]} digits, and {node.step.verb} takes {takes}",
                    part.mark(node),
                    hint="correct the text or `digits`",
                    path=node.path,
                    severity="warning",
                )
