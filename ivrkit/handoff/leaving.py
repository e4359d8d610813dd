"""Leaving for the dialplan and coming back: the same for a queue and for any other part of it."""

from __future__ import annotations

from ivrkit.call.call import Call
from ivrkit.call.channel import ChannelLocation, PartyProgress, Returned
from ivrkit.errors import ChannelGone


async def is_back(call: Call) -> bool:
    """Whether the call is here again. A ``Returned`` may be an old one: where it is decides. Raises
    ChannelGone."""
    where = (await call.channel.locate()).where
    if where is ChannelLocation.GONE:
        # The hang-up is on its way and interrupts; should it not come, this ends the wait.
        raise ChannelGone("the caller has hung up")
    return where is ChannelLocation.HERE


async def forget_earlier(call: Call) -> None:
    """Take what an earlier step in other hands has left in the mailbox: a call that was found to
    be back by asking has its ``Returned`` still waiting there."""
    now = call.clock.time()
    while await call.channel.receive(Returned, PartyProgress, until=now) is not None:
        pass
