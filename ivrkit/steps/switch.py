"""``switch``: one of many ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.fields import SecretValueField
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.values import spoken


class Switch(Step):
    """Goes to the case that is the value's text, else to ``else``, else to the next step."""

    verb: ClassVar[str] = "switch"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "value"
    beside: ClassVar[Mapping[str, bool]] = {"cases": True, "else": False}
    example: ClassVar[str] = """\
- switch: reason
  cases:
    cards:
      - say: The card desk is open day and night.
    balances: next
  else: next
"""

    value: SecretValueField
    """What the cases are compared with."""

    def goes_on(self, ways: Collection[str]) -> bool:
        return "else" not in ways

    async def run(self, call: Call) -> Exit:
        value = call.session.value(self.value)
        if isinstance(value, Secret):
            value = value.reveal()
        case = "none" if value is None else spoken(value)
        return Exit(f"cases/{case}", otherwise="else")
