"""What is said after a failed attempt, and can never be heard."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from ivrkit.call.asking import ATTEMPTS, Retry
from ivrkit.call.step import Node
from ivrkit.call.targets import Mark
from ivrkit.expressions.expression import Setting
from ivrkit.flow.check.fields import fields_of
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

UNHEARD_RETRY = define(
    "unheard-retry",
    "A retry text can never be heard",
    "`attempts: 3` asks three times: there are two retries, and when the third attempt fails the "
    "exit is taken without another text. A list has one prompt per retry. Remove what is too much, "
    "say it behind the exit, or allow more attempts.",
)

_RETRY: Final = "retry"


class Retries(Check):
    """Retry texts of every question, against its attempts."""

    name = "retries"

    def run(self, subject: Subject) -> None:
        for node in subject.nodes:
            if node.step.asks and not isinstance(node.step, Hole):
                self._question(subject, node)

    def _question(self, subject: Subject, node: Node) -> None:
        for field in fields_of(type(node.step)):
            retry = getattr(node.step, field.attribute)
            if field.reads.reading != _RETRY or not isinstance(retry, Retry):
                continue
            most = attempts_of(node, field.name)
            if most is None or len(retry.prompts) < max(1, most):
                continue
            mark = _mark(node, field.name, most - 1)
            if mark is None:
                continue  # of the flow's `defaults`: other questions may have more attempts
            times = "once" if most == 1 else f"{most} times"
            subject.report(
                UNHEARD_RETRY,
                f"this is never heard: the question is asked {times}",
                mark,
                hint="remove it, or allow more `attempts`",
                path=node.path,
                severity="warning",
            )


def attempts_of(node: Node, failure: str) -> int | None:
    """How often a question is asked at most when it always fails in this way; None if that is
    worked out."""
    limits = getattr(node.step, "attempts", None)
    if limits is None:
        return ATTEMPTS
    single = getattr(limits, failure, None)
    counts = [_count(single if single is not None else limits.each)]
    if limits.total is not None:
        counts.append(_count(limits.total))
    known = [each for each in counts if each is not None]
    return min(known) if len(known) == len(counts) else None


def _count(setting: Setting | None) -> int | None:
    if setting is None:
        return ATTEMPTS
    return int(setting.literal) if isinstance(setting.literal, Decimal) else None


def _mark(node: Node, field: str, place: int) -> Mark | None:
    """The place of a prompt of the list, if the step itself says it."""
    for path in (f"{field}/{place}", field):
        for name, mark in node.marks.items():
            if name == path or name.startswith(f"{path}/"):
                return mark if mark.line >= node.mark.line else None
    return node.mark
