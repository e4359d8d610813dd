"""``goto``: go to a section and do not come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Step, Target
from ivrkit.call.asking import TargetField


class Goto(Step):
    """Goes to a section of this flow. Nothing is stacked: a flow may go round for ever."""

    verb: ClassVar[str] = "goto"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "to"
    ends: ClassVar[bool] = True
    example: ClassVar[str] = "- goto: main\n"

    to: TargetField
    """The section."""

    def ways(self) -> Mapping[str, Target]:
        return {"to": self.to}

    async def run(self, call: Call) -> Exit:
        return Exit("to")
