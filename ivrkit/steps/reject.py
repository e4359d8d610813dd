"""``reject``: refuse a call without answering it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar

from ivrkit.call import Call, Exit, Kind, Step, Target
from ivrkit.call.channel import Rejection
from ivrkit.call.fields import Count, Reads
from ivrkit.errors import ExpressionError
from ivrkit.expressions.expression import Setting
from ivrkit.steps.hangup import HANGUP

REASONS = {"busy": 17, "unavailable": 20, "declined": 21}
"""Q.850 causes: user busy, subscriber absent, call rejected."""


class Reject(Step):
    """Refuses a call that was not answered; the caller's network hears the reason.

    ``busy``, ``unavailable``, ``declined``, or a SIP status (``{sip: 603}``) or Q.850 cause
    (``{cause: 21}``). On an answered call it hangs up.
    """

    verb: ClassVar[str] = "reject"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "reason"
    ends: ClassVar[bool] = True
    example: ClassVar[str] = "- reject: busy\n"

    reason: Annotated[Setting | None, Reads("setting", type="choice:busy,unavailable,declined")] = (
        None
    )
    """What the caller's network is told."""
    sip: Count | None = None
    """A SIP status instead of a reason."""
    cause: Count | None = None
    """A Q.850 cause instead of a reason."""

    def ways(self) -> Mapping[str, Target]:
        return HANGUP

    async def run(self, call: Call) -> Exit:
        cause, sip = REASONS["declined"], None
        if self.reason is not None:
            cause = REASONS.get(str(call.session.setting(self.reason)), cause)
        if self.cause is not None:
            cause = _whole(call, self.cause)
        if self.sip is not None:
            sip = _whole(call, self.sip)
        if not call.channel.answered:
            await call.channel.reject(Rejection(cause, sip))
        return Exit("hangup")


def _whole(call: Call, setting: Setting) -> int:
    value = call.session.setting(setting)
    if not isinstance(value, Decimal):
        raise ExpressionError("the reason of a rejection is none", hint="set the variable first")
    return int(value)
