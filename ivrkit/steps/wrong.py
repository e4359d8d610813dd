"""``wrong``: the entry counts as wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Reserved, Step, Target, Word


class Wrong(Step):
    """The entry of the question around it counts as wrong: ``no_match`` is said and the question is
    put again, until the attempts are used up."""

    verb: ClassVar[str] = "wrong"
    kind: ClassVar[Kind] = Kind.INNER
    ends: ClassVar[bool] = True
    example: ClassVar[str] = """\
- menu:
    prompt: Please press 1 on a weekday.
    keys:
      1:
        - if: today == '2026-12-25'
          then:
            - wrong
  exits: {no_input: hangup, no_match: hangup}
"""

    def ways(self) -> Mapping[str, Target]:
        return {"wrong": Reserved(Word.WRONG)}

    async def run(self, call: Call) -> Exit:
        return Exit("wrong")
