"""``again``: put the question once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Reserved, Step, Target, Word


class Again(Step):
    """Puts the question around it once more: what was counted stays, and the intro is not said
    again."""

    verb: ClassVar[str] = "again"
    kind: ClassVar[Kind] = Kind.INNER
    ends: ClassVar[bool] = True
    example: ClassVar[str] = """\
- menu:
    prompt: For our address, press 1.
    keys:
      1:
        - say: Acme Street 5.
        - again
    no_input: Please press 1.
  exits: {no_input: hangup, no_match: hangup}
"""

    def ways(self) -> Mapping[str, Target]:
        return {"again": Reserved(Word.AGAIN)}

    async def run(self, call: Call) -> Exit:
        return Exit("again")
