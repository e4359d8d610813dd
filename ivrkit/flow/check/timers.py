"""Timers of a question that do not go together."""

from __future__ import annotations

from datetime import timedelta

from ivrkit.call.asking import BETWEEN_DIGITS, FIRST_DIGIT
from ivrkit.call.step import Node, Step
from ivrkit.expressions.expression import Setting
from ivrkit.flow.check.fields import entries_of
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole

CROSSED_TIMERS = define(
    "crossed-timers",
    "`between_digits` is longer than `first_digit`",
    "Callers think before the first key and type the others fast: `first_digit` (5s if not said) "
    "is the longer one. A long `between_digits` (3s) makes everybody wait who types less than is "
    "possible.",
)


class Timers(Check):
    """The timers of every question."""

    name = "timers"

    def run(self, subject: Subject) -> None:
        for node in subject.nodes:
            if node.step.asks and not isinstance(node.step, Hole):
                self._question(subject, node)

    def _question(self, subject: Subject, node: Node) -> None:
        first = seconds_of(getattr(node.step, "first_digit", None), FIRST_DIGIT)
        between = seconds_of(getattr(node.step, "between_digits", None), BETWEEN_DIGITS)
        if first is None or between is None or between <= first:
            return
        if getattr(node.step, "between_digits", None) is None and _single(node.step):
            return  # nobody waits for a second key
        mark = node.marks.get("between_digits") or node.marks.get("first_digit") or node.mark
        subject.report(
            CROSSED_TIMERS,
            f"between_digits ({between:g}s) is longer than first_digit ({first:g}s)",
            mark,
            hint="exchange them, or leave one out",
            path=node.path,
            severity="warning",
        )


def _single(step: Step) -> bool:
    """Whether all that can be entered is one key long."""
    entries = entries_of(step)
    return bool(entries) and all(each.pattern.longest == 1 for each in entries)


def seconds_of(setting: Setting | None, default: float) -> float | None:
    """A duration in seconds; None if it is worked out."""
    if setting is None:
        return default
    value = setting.literal
    return value.total_seconds() if isinstance(value, timedelta) else None
