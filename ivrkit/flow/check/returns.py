"""``return``: the outcome and the values that a flow hands back."""

from __future__ import annotations

from typing import Any

from ivrkit.expressions.expression import Setting, Template
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.expressions import WRONG_TYPE
from ivrkit.flow.check.fields import field_read_as
from ivrkit.flow.check.fitting import misfit
from ivrkit.flow.check.subject import Check, Placed, Subject
from ivrkit.flow.codes import define

UNKNOWN_OUTCOME = define(
    "unknown-outcome",
    "A flow has no such outcome",
    "`return: {exit: …}` leaves by one of the flow's `outcomes`. Declare it there.",
)
UNKNOWN_RETURN = define(
    "unknown-return",
    "A value is returned that the flow does not declare",
    "A flow hands back what its `returns` declares. Declare it there, or remove it.",
)


class Returns(Check):
    """What ``return`` names must be declared."""

    name = "returns"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            step = placed.node.step if placed.node is not None else None
            field = field_read_as(type(step), reading="assignments") if step is not None else None
            if step is None or field is None or not step.ends:
                continue
            for name, value in getattr(step, field.attribute).items():
                if name == "exit":
                    self._outcome(subject, placed, value, f"{field.name}/exit")
                else:
                    self._value(subject, placed, name, f"{field.name}/{name}")

    def _outcome(self, subject: Subject, placed: Placed, value: Any, path: str) -> None:
        written = value.literal if isinstance(value, Setting | Template) and value.static else None
        outcomes = subject.flow.outcomes
        if written is not None and str(written) in outcomes:
            return
        if subject.flow.may_have(str(written), "outcomes"):
            return
        message = (
            "the exit is written, never computed"
            if written is None
            else f"this flow has no outcome '{written}'"
        )
        hint = did_you_mean(str(written), outcomes) or f"declare `outcomes: [{written}]`"
        subject.report(UNKNOWN_OUTCOME, message, placed.mark_of(path), hint=hint, path=placed.path)

    def _value(self, subject: Subject, placed: Placed, name: str, path: str) -> None:
        declared = subject.flow.returns.get(name)
        if declared is None and subject.flow.may_have(name, "returns"):
            return
        if declared is None:
            subject.report(
                UNKNOWN_RETURN,
                f"this flow returns no '{name}'",
                placed.mark_of(path),
                hint=did_you_mean(name, subject.flow.returns)
                or f"declare `returns: {{{name}: text}}`",
                path=placed.path,
            )
            return
        found = next((each for each in placed.fields if each.use.path == path), None)
        problem = misfit(found, declared.type) if found is not None and not found.problems else ""
        if problem:
            subject.report(WRONG_TYPE, f"{name}: {problem}", placed.mark_of(path), path=placed.path)
