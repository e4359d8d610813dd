"""What ``repeat`` and ``each`` have in common: rounds that are counted in the entry."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from ivrkit.call import Call, Exit
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value

LOOP: Final = Type("record", fields={"index": Type("number"), "last": Type("flag")})
"""``loop``: the round, counted from 1, and whether it is the last there can be."""

_ROUND: Final = "round"


def finished_rounds(call: Call) -> int:
    """How many rounds of this entry are over."""
    entry = call.session.entry
    if entry.how in ("entered", "resumed"):
        entry.data.clear()
    return int(entry.data.get(_ROUND, 0))


def begin_round(
    call: Call, number: int, *, last: bool, values: Mapping[str, Value] | None = None
) -> Exit:
    """Into a round, with the names that hold in it."""
    session = call.session
    session.entry.data[_ROUND] = number
    session.hold({**(values or {}), "loop": {"index": Decimal(number), "last": last}})
    return Exit("do", reenter=True)
