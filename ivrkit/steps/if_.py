"""``if``: one of two ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.fields import Condition
from ivrkit.expressions.values import truth


class If(Step):
    """Goes to ``then`` if the condition holds, to ``else`` if it does not. Without the word it
    goes on with the next step."""

    verb: ClassVar[str] = "if"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "condition"
    beside: ClassVar[Mapping[str, bool]] = {"then": False, "else": False}
    example: ClassVar[str] = """\
- if: customer.vip
  then:
    - say: Thank you for your loyalty.
  else:
    - say: Please wait.
"""

    condition: Condition
    """What decides."""

    def goes_on(self, ways: Collection[str]) -> bool:
        return not {"then", "else"} <= set(ways)

    async def run(self, call: Call) -> Exit:
        return Exit("then" if truth(call.session.value(self.condition)) else "else")
