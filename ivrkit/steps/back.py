"""``back``: to the menu from which the caller came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Reserved, Step, Target, Word


class Back(Step):
    """Goes to the menu from which the caller came into the question around it, or, with no
    question around, to the last menu; that menu is asked from its beginning.

    Going back leads further back each time. With no menu before, the question around is asked
    again from its beginning. Menus of other flows and of sections that have returned do not count.
    """

    verb: ClassVar[str] = "back"
    kind: ClassVar[Kind] = Kind.INNER
    ends: ClassVar[bool] = True
    example: ClassVar[str] = """\
- menu:
    prompt: For our address, press 1.
    keys:
      1:
        - say: Acme Street 5.
        - back
  exits: {no_input: hangup, no_match: hangup}
"""

    def ways(self) -> Mapping[str, Target]:
        return {"back": Reserved(Word.BACK)}

    async def run(self, call: Call) -> Exit:
        return Exit("back")
