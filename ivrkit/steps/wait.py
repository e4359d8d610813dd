"""``wait``: let time pass."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field

from ivrkit.call import Call, Exit, Kind
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Duration, Reads
from ivrkit.call.lasting import LastingStep
from ivrkit.errors import ExpressionError
from ivrkit.expressions.expression import Setting


class Wait(LastingStep):
    """Waits so long: in silence, with music, or while steps run for the caller.

    Keys pressed meanwhile are kept for the next step that takes keys, unless `keys` gives them a
    meaning. Where steps in place behind a key have come to their end, the waiting goes on with
    the time that was left, and what runs `meanwhile` begins anew.
    """

    verb: ClassVar[str] = "wait"
    kind: ClassVar[Kind] = Kind.CALLER
    main: ClassVar[str | None] = "duration"
    example: ClassVar[str] = """\
- wait: 2s
- wait:
    for: 30s
    music: default
    meanwhile:
      - say: Please hold the line.
    keys:
      1: [{say: It will not be long now.}]
"""

    duration: Duration = Field(alias="for")
    """How long."""
    music: Annotated[Setting, Reads("setting", type="text")] | None = None
    """The music on hold that fills the time in which nothing is said: a class of Asterisk's
    musiconhold.conf."""

    @property
    def overlaid(self) -> bool:
        return super().overlaid or self.music is not None

    def music_class(self, call: Call) -> str | None:
        if self.music is None:
            return super().music_class(call)
        return str(call.session.setting(self.music))

    def begin(self, call: Call) -> float:
        duration = call.session.setting(self.duration)
        if not isinstance(duration, timedelta):
            raise ExpressionError("how long to wait is none", hint="set the variable first")
        entry = call.session.entry
        if entry.how == "entered":
            entry.data.clear()
        return max(0.0, duration.total_seconds() - float(entry.data.get("lasted", 0.0)))

    def finish(self, call: Call, result: Any) -> Exit:
        return GO_ON
