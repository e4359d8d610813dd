"""What ``set`` and ``into`` put into variables."""

from __future__ import annotations

from ivrkit.call.step import Node
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow.check.expressions import UNDEFINED_FIELD, UNDEFINED_NAME, WRONG_TYPE
from ivrkit.flow.check.fields import field_read_as
from ivrkit.flow.check.fitting import misfit
from ivrkit.flow.check.scopes import declared_type
from ivrkit.flow.check.subject import Check, Placed, Subject


class Assigned(Check):
    """What ``set`` and ``into`` put into variables must fit their types."""

    name = "assigned"

    def run(self, subject: Subject) -> None:
        for placed in subject.steps:
            if placed.node is not None and placed.node.step.assigns():
                self._step(subject, placed, placed.node)

    def _step(self, subject: Subject, placed: Placed, node: Node) -> None:
        field = field_read_as(type(node.step), reading="assignments")
        checked = {each.use.path: each for each in placed.fields}
        for assignment in node.step.assigns():
            path = f"{field.name}/{assignment.name}" if field is not None else "into"
            mark = placed.mark_of(path)
            try:
                wanted = declared_type(placed.scope, assignment.name)
            except KeyError:
                self._no_field(subject, placed, assignment.name, path)
                continue
            problem, found = "", checked.get(path)
            if wanted is None:
                continue
            if found is not None and not found.problems:
                problem = misfit(found, wanted)
            elif assignment.type is not None and not wanted.admits(assignment.type):
                problem = f"{assignment.type.describe()} where {wanted.describe()} is wanted"
            if problem:
                subject.report(WRONG_TYPE, f"{assignment.name}: {problem}", mark, path=placed.path)

    def _no_field(self, subject: Subject, placed: Placed, name: str, path: str) -> None:
        first, _, rest = name.partition(".")
        known = set(placed.scope.names())
        declared = first in known
        type_ = placed.scope.lookup(first) if declared else None
        fields = type_.fields if type_ is not None else {}
        subject.report(
            UNDEFINED_FIELD if declared else UNDEFINED_NAME,
            f"'{first}' has no field '{rest}'" if declared else f"'{first}' is not declared",
            placed.mark_of(path),
            hint=did_you_mean(rest if declared else first, fields if declared else known),
            path=placed.path,
        )
