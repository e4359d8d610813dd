"""``repeat``: steps that run more than once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from ivrkit.call import Call, Exit, ExitSpec, Kind, Step
from ivrkit.call.fields import Condition, Rounds
from ivrkit.errors import ExpressionError
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import truth
from ivrkit.steps.looping import LOOP, begin_round, finished_rounds


class Repeat(Step):
    """Runs the steps in ``do`` so many times, or while a condition holds.

    ``next`` and ``break`` in there leave the loop, ``again`` begins the next round. When all
    rounds are done it leaves by ``used_up``; where nobody speaks of that exit it goes on. When the
    condition of ``while`` does not hold any more it goes on.
    """

    verb: ClassVar[str] = "repeat"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "most"
    loops: ClassVar[bool] = True
    beside: ClassVar[Mapping[str, bool]] = {"do": False}
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        ExitSpec("used_up", "All rounds are done.", optional=True, otherwise="next"),
    )
    example: ClassVar[str] = """\
- repeat: 2
  do:
    - say: Our line is open day and night.
    - menu:
        prompt: To hear this again, press 1. To go on, press 2.
        keys: {1: again, 2: break}
      exits: {no_input: next, no_match: next}
  exits: {used_up: hangup}
"""

    most: Rounds
    """How many rounds there are at most: a whole number, 0 for none."""
    while_: Condition | None = Field(default=None, alias="while")
    """Asked before each round; the loop is over when it is false."""

    def local_names(self) -> Mapping[str, Type]:
        return {"loop": LOOP}

    @property
    def begins(self) -> bool:
        most = self.most.literal if self.most.static else None
        return self.while_ is None and isinstance(most, Decimal) and most >= 1

    def goes_on(self, ways: Collection[str]) -> bool:
        return self.while_ is not None or not {"exits/used_up", "exits/else"} & set(ways)

    async def run(self, call: Call) -> Exit:
        session = call.session
        done = finished_rounds(call)
        most = session.setting(self.most)
        if not isinstance(most, Decimal) or most != most.to_integral_value() or most < 0:
            raise ExpressionError(f"{most} is no number of rounds", hint="write a whole number")
        if done >= most:
            session.hold({})
            return Exit("used_up", otherwise="next")
        if self.while_ is not None and not truth(session.value(self.while_)):
            session.hold({})
            return Exit()
        return begin_round(call, done + 1, last=done + 1 == most)
