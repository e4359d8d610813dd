"""``recall``: get back what an earlier call has left."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.call import Assignment, Call, Exit, ExitSpec, Kind, Step
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Text, Variable
from ivrkit.call.memory import Memories, key_of
from ivrkit.errors import ValueRejected


class Recall(Step):
    """Gets back what `remember` has kept under a key.

    The value takes the type of the variable. One that does not fit it (the flow has changed since)
    is an error, and the variable stays as it was.
    """

    verb: ClassVar[str] = "recall"
    kind: ClassVar[Kind] = Kind.OUTSIDE
    needs: ClassVar[tuple[type, ...]] = (Memories,)
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        ExitSpec("not_found", "Nothing is kept under this key, or not any more."),
    )
    example: ClassVar[str] = """\
- recall: {key: "task:{{ call.from }}", into: task}
  exits: {not_found: next}
"""

    key: Text
    """Under which it was kept."""
    into: Variable
    """The variable that receives the value."""

    @property
    def repeatable(self) -> bool:
        return True

    def assigns(self) -> tuple[Assignment, ...]:
        return (Assignment(self.into),)

    async def run(self, call: Call) -> Exit:
        key = key_of(call.session.text(self.key))
        memories = call.use(Memories)  # type: ignore[type-abstract]
        memory = await call.clock.outside(memories.recall(call, key))
        if memory is None:
            return Exit("not_found")
        try:
            call.session.set(self.into, memory.value)
        except ValueRejected as error:
            raise ValueRejected(
                f"what is remembered does not fit '{self.into}' any more: {error.message}",
                hint="forget it, or ask anew on the exit error",
            ) from None
        return GO_ON
