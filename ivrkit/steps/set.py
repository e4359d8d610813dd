"""``set``: give variables values."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.call import Assignment, Call, Exit, Kind, Step
from ivrkit.call.asking import Assigned, AssignmentsField
from ivrkit.call.exits import GO_ON
from ivrkit.expressions.expression import Template
from ivrkit.expressions.values import Value


class Set(Step):
    """Sets variables from top to bottom. A name may be one field of a record (``task.step``);
    ``none`` empties a variable."""

    verb: ClassVar[str] = "set"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "values"
    example: ClassVar[str] = """\
- set: {reason: cards, attempts_left: "{{ 3 - 1 }}"}
"""

    values: AssignmentsField
    """Variables, or fields of them, and their new values."""

    def assigns(self) -> tuple[Assignment, ...]:
        return tuple(Assignment(name) for name in self.values)

    async def run(self, call: Call) -> Exit:
        for name, assigned in self.values.items():
            call.session.set(name, assigned_value(call, assigned))
        return GO_ON


def assigned_value(call: Call, assigned: Assigned) -> Value:
    """The value of a literal, of one whole ``{{ }}`` (its type is kept) or of a text."""
    if isinstance(assigned, Template):
        return call.session.text(assigned)
    return assigned.value(call.session)
