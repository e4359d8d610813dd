"""``each``: steps that run for every item of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.asking import IterationField
from ivrkit.call.exits import GO_ON
from ivrkit.errors import ExpressionError
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value
from ivrkit.steps.looping import LOOP, begin_round, finished_rounds

ITEMS: Final = "$items"
"""Under this name, which no flow can write, the list is held."""


class Each(Step):
    """Runs the steps in ``do`` once for every item of a list, with the item under a name that
    holds only in there.

    The list is taken as it is when the step is entered: whatever the steps do to it, the loop goes
    through the items that were there. A list that is none, or empty, has no rounds. ``next`` and
    ``break`` leave the loop, ``again`` goes to the next item.
    """

    verb: ClassVar[str] = "each"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "items"
    loops: ClassVar[bool] = True
    beside: ClassVar[Mapping[str, bool]] = {"do": False}
    example: ClassVar[str] = """\
- each: desk in ['cards', 'loans']
  do:
    - say: "Number {{ loop.index }}, {{ desk }}."
"""

    items: IterationField
    """The name of the item and the list: `message in messages`."""

    def local_names(self) -> Mapping[str, Type]:
        return {"loop": LOOP, self.items.name: Type("any")}

    async def run(self, call: Call) -> Exit:
        session = call.session
        done = finished_rounds(call)
        items = session.held(ITEMS) if done else self._list(call)
        assert isinstance(items, list)
        if done >= len(items):
            session.hold({})
            return GO_ON
        return begin_round(
            call,
            done + 1,
            last=done + 1 == len(items),
            values={ITEMS: items, self.items.name: items[done]},
        )

    def _list(self, call: Call) -> list[Value]:
        """The list as it is now; of a secret list every item is secret."""
        value = call.session.value(self.items.items)
        secret = isinstance(value, Secret)
        if isinstance(value, Secret):
            value = value.reveal()
        if value is None:
            return []
        if not isinstance(value, (list, tuple)):
            raise ExpressionError(
                f"{self.items.items.source} is no list",
                hint="each goes through a list; a record's fields are named one by one",
            )
        return [Secret(each) for each in value] if secret else list(value)
