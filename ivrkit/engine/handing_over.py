"""Handing calls over to another engine, and going on with them where it does not come.

First what may not be done twice is let finish, and nothing of the kind is begun any more, while all
other calls go on. Then the calls stand still where they are, in a step that is entered anew, and
their mailboxes take what comes: no key is lost, for those that the step has taken are put back in
front of those that have come since.
"""

from __future__ import annotations

import logging

from ivrkit.call.channel import Channel, HungUp
from ivrkit.engine.engine import Engine
from ivrkit.engine.recovery import leave_beside, prepare, stop_playing
from ivrkit.engine.runner import Runner
from ivrkit.errors import CarrierError, ChannelGone

LOG = logging.getLogger(__name__)


async def go_on(engine: Engine) -> int:
    """Go on with the calls that stand still, here; how many there were."""
    standing = engine.take_standing()
    for runner, channel in standing.values():
        state, version = runner.state, runner.stack.version
        if not state.ended:
            leave_beside(state)
            await _be_silent(runner, channel)
        prepare(state, version)
        engine.resume(channel, state, runner.mailbox, version)
    return len(standing)


async def _be_silent(runner: Runner, channel: Channel) -> None:
    """Stop what the call was playing. Whatever cannot be stopped, no other call must fare worse."""
    if runner.mailbox.hung_up is not None:
        return
    try:
        await stop_playing(channel, runner.state)
    except ChannelGone:
        runner.mailbox.put(HungUp(by="gap"))
    except CarrierError as error:
        LOG.warning("call %s: what it plays goes on: %s", runner.call.id, error)
