"""Whether an engine keeps up with its calls, and the room for new ones."""

from __future__ import annotations

import asyncio

from ivrkit.call.clock import Clock
from ivrkit.engine.admission import Admission
from ivrkit.engine.settings import LimitSettings
from ivrkit.service.lateness import Lateness
from ivrkit.service.overload import Overload
from ivrkit.service.site.condition import Condition

ON_TIME = "the engine is on time again: new calls are taken"


def make_admission(
    limits: LimitSettings, clock: Clock, lateness: Lateness, condition: Condition
) -> Admission:
    """Takes new calls as long as there is room for them and the loop is not late, which is a
    trouble that the condition tells of."""
    overload = Overload(
        limits.late.total_seconds(),
        behind=lambda: lateness.now,
        clock=asyncio.get_running_loop().time,
        changed=lambda text: condition.trouble("the loop", text, over=ON_TIME),
    )
    lateness.observe(overload.measured)
    return Admission(clock, limits.calls, overload)
