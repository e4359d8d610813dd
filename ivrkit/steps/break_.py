"""``break``: leave the loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Reserved, Step, Target, Word


class Break(Step):
    """Leaves the nearest loop around it (``repeat``, ``each``): the flow goes on behind the loop,
    and its exit ``used_up`` is not taken."""

    verb: ClassVar[str] = "break"
    kind: ClassVar[Kind] = Kind.INNER
    ends: ClassVar[bool] = True
    example: ClassVar[str] = """\
- each: desk in ['cards', 'loans']
  do:
    - say: "Our desk for {{ desk }} is open."
    - if: loop.index == 1
      then:
        - break
"""

    def ways(self) -> Mapping[str, Target]:
        return {"break": Reserved(Word.BREAK)}

    async def run(self, call: Call) -> Exit:
        return Exit("break")
