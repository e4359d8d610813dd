"""Handing calls over to another engine, and going on with them where it does not come.

First what may not be done twice is let finish, and nothing of the kind is begun any more, while all
other calls go on. Then the calls stand still where they are, in a step that is entered anew, and
their mailboxes take what comes: no key is lost, for those that the step has taken are put back in
front of those that have come since.
"""

from __future__ import annotations

from ivrkit.engine.engine import Engine
from ivrkit.engine.recovery import leave_beside, prepare, stop_playing


async def go_on(engine: Engine) -> int:
    """Go on with the calls that stand still, here; how many there were."""
    standing = engine.take_standing()
    for runner, channel in standing.values():
        state, version = runner.state, runner.stack.version
        if not state.ended:
            leave_beside(state)
        if runner.mailbox.hung_up is None:
            await stop_playing(channel, state)
        prepare(state, version)
        engine.resume(channel, state, runner.mailbox, version)
    return len(standing)
