"""``milestone``: a named point of the call."""

from __future__ import annotations

from typing import ClassVar, Final

from pydantic import Field

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call import events as trace
from ivrkit.call.asking import ValuesField
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import MilestoneName
from ivrkit.errors import ExpressionError
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.values import spoken
from ivrkit.steps.set import assigned_value

LONGEST: Final = 200
"""Characters of a value that are kept."""


class Milestone(Step):
    """Notes that the call has come to a point that reports count: `paid`, `identified`, `gave-up`.

    It stands in the trace and, for the first 100 of a call, in the call's record as long as that
    is kept. Values are kept as texts of at most 200 characters; secrets are refused.
    """

    verb: ClassVar[str] = "milestone"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "name"
    example: ClassVar[str] = """\
- milestone: {name: identified, values: {attempts: "{{ attempt }}"}}
"""

    name: MilestoneName
    """What reports call this point."""
    values: ValuesField = Field(default_factory=dict)
    """What reports count it by: names and values."""

    async def run(self, call: Call) -> Exit:
        values: dict[str, str] = {}
        for name, assigned in self.values.items():
            value = assigned_value(call, assigned)
            if isinstance(value, Secret):
                raise ExpressionError(f"{name} is a secret, and a milestone is no place for one")
            if value is not None:
                values[name] = spoken(value)[:LONGEST]
        call.trace(trace.Milestone(name=self.name, values=values))
        return GO_ON
