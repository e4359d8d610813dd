"""``next``: go on behind the step around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Reserved, Step, Target, Word


class Next(Step):
    """Leaves the branch: the flow goes on behind the question or loop around it."""

    verb: ClassVar[str] = "next"
    kind: ClassVar[Kind] = Kind.INNER
    ends: ClassVar[bool] = True
    example: ClassVar[str] = """\
- menu:
    prompt: For the weather, press 1.
    keys:
      1:
        - if: now > '2026-12-25T00:00:00'
          then:
            - next
        - say: It is sunny.
  exits: {no_input: hangup, no_match: hangup}
"""

    def ways(self) -> Mapping[str, Target]:
        return {"next": Reserved(Word.NEXT)}

    async def run(self, call: Call) -> Exit:
        return Exit("next")
