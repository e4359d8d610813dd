"""``wait``: let time pass."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Duration
from ivrkit.errors import ExpressionError


class Wait(Step):
    """Waits so long, in silence. Keys pressed meanwhile are kept."""

    verb: ClassVar[str] = "wait"
    kind: ClassVar[Kind] = Kind.CALLER
    main: ClassVar[str | None] = "duration"
    example: ClassVar[str] = "- wait: 2s\n"

    duration: Duration = Field(alias="for")
    """How long."""

    async def run(self, call: Call) -> Exit:
        duration = call.session.setting(self.duration)
        if not isinstance(duration, timedelta):
            raise ExpressionError("how long to wait is none", hint="set the variable first")
        await call.channel.receive(until=call.clock.time() + duration.total_seconds())
        return GO_ON
