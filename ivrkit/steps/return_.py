"""``return``: go back to the step that ran this section or flow."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.asking import AssignmentsField
from ivrkit.expressions.expression import Template
from ivrkit.steps.set import assigned_value


class Return(Step):
    """Goes back. ``exit`` leaves by one of the flow's ``outcomes``; everything else is a value
    that the flow ``returns``."""

    verb: ClassVar[str] = "return"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "values"
    ends: ClassVar[bool] = True
    example: ClassVar[str] = """\
- return: {score: "{{ score }}"}
"""

    values: AssignmentsField = Field(default_factory=dict)
    """Values that the flow `returns`; `exit` names one of its `outcomes`."""

    @property
    def outcome(self) -> str | None:
        """The outcome that is named, as written."""
        named = self.values.get("exit")
        if isinstance(named, Template):
            return named.source
        return str(named.literal) if named is not None and named.static else None

    async def run(self, call: Call) -> Exit:
        values = {
            name: assigned_value(call, assigned)
            for name, assigned in self.values.items()
            if name != "exit"
        }
        return Exit("return", outcome=self.outcome or "next", values=values)
