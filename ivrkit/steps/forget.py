"""``forget``: end what is remembered before its time."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Text
from ivrkit.call.memory import Memories, key_of


class Forget(Step):
    """Ends what `remember` keeps under a key. Where nothing is kept, nothing happens."""

    verb: ClassVar[str] = "forget"
    kind: ClassVar[Kind] = Kind.OUTSIDE
    destroys: ClassVar[bool] = True
    main: ClassVar[str | None] = "key"
    needs: ClassVar[tuple[type, ...]] = (Memories,)
    example: ClassVar[str] = """\
- forget: "task:{{ call.from }}"
"""

    key: Text
    """Under which it was kept."""

    @property
    def repeatable(self) -> bool:
        return True

    async def run(self, call: Call) -> Exit:
        key = key_of(call.session.text(self.key))
        memories = call.use(Memories)  # type: ignore[type-abstract]
        await call.clock.outside(memories.forget(call, key))
        return GO_ON
