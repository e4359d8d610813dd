"""``remember``: keep a value beyond the end of the call."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.asking import AssignedField
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Duration, Text
from ivrkit.call.memory import Memories, key_of
from ivrkit.errors import ValueRejected
from ivrkit.steps.set import assigned_value


class Remember(Step):
    """Keeps a value under a key, for later calls: `recall` gets it back, `forget` ends it.

    Keys belong to the whole site; begin them with the flow's name to keep them apart. What was
    kept under the key before is replaced. Secrets are refused in key and value.
    """

    verb: ClassVar[str] = "remember"
    kind: ClassVar[Kind] = Kind.OUTSIDE
    needs: ClassVar[tuple[type, ...]] = (Memories,)
    example: ClassVar[str] = """\
- remember: {key: "task:{{ call.from }}", value: "{{ task }}", keep: 7d}
"""

    key: Text
    """Under which it is kept, at most 255 characters."""
    value: AssignedField
    """What is kept: any value but a secret, at most 64 KB."""
    keep: Duration | None = None
    """How long; as long as `retention: memory` in ivrkit.yaml says, if not said."""

    @property
    def repeatable(self) -> bool:
        return True  # the same value under the same key: twice is once

    async def run(self, call: Call) -> Exit:
        key = key_of(call.session.text(self.key))
        value = assigned_value(call, self.value)
        keep = call.session.setting(self.keep) if self.keep is not None else None
        if isinstance(keep, timedelta) and keep <= timedelta(0):
            raise ValueRejected("nothing is kept for no time", hint="write keep: 7d, or forget it")
        memories = call.use(Memories)  # type: ignore[type-abstract]
        await call.clock.outside(
            memories.remember(call, key, value, keep if isinstance(keep, timedelta) else None)
        )
        return GO_ON
