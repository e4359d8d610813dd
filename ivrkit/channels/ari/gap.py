"""After a gap: what happened while nobody listened becomes ordinary events.

Asterisk keeps channels in their application while its WebSocket is away, and tells nobody what
happens to them. So each channel, playback and recording that is known here is looked up.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ivrkit.call.channel import ChannelLocation
from ivrkit.channels.ari.audio.parts import is_part
from ivrkit.channels.ari.channel import AriChannel
from ivrkit.channels.ari.generated.channels import Channel
from ivrkit.channels.ari.places import located, party
from ivrkit.channels.ari.routing import LOST, NORMAL

if TYPE_CHECKING:
    from ivrkit.channels.ari.carrier import AriCarrier


class Resync:
    """One comparison of what is known here with what Asterisk has. Events that arrive meanwhile
    are handled as always; what they have settled is not settled again."""

    def __init__(self, carrier: AriCarrier) -> None:
        self._carrier = carrier
        self._application = carrier.settings.application
        self._known = list(carrier.channels_by_id.values())

    def tell(self) -> None:
        """Tell each call that there was a gap."""
        for channel in self._known:
            channel.gap(self._carrier.client.away)

    async def run(self) -> None:
        """Compare, and tell each call what has become of it."""
        known = self._known
        there = {channel.id: channel for channel in await self._carrier.client.channels()}
        for channel in known:
            if not channel.gone:
                self._channel(channel, there.get(channel.id))
        checks = [c.playbacks.check(playback, "gap") for c in known for playback in c.playbacks]
        checks += [c.recordings.check(name, "gap") for c in known for name in c.recordings]
        await asyncio.gather(*checks)
        await self._parties(there)
        await self._missed(there)
        # An Asterisk that was restarted may have become another one.
        await self._carrier.taps.choose()
        await self._carrier.taps.compare()

    def _channel(self, channel: AriChannel, now: Channel | None) -> None:
        place = located(now, self._application)
        if place.where is ChannelLocation.GONE:
            channel.hung_up(NORMAL, LOST if self._carrier.client.restarted else "gap")
            self._carrier.forget(channel)
        elif place.where is ChannelLocation.ELSEWHERE and not channel.away:
            self._carrier.vanished(channel)
        else:
            channel.found(place)

    async def _parties(self, there: dict[str, Channel]) -> None:
        """Who is in other hands may have got to talk with somebody in the gap, or have done so."""
        away = {each.id: each for each in self._known if each.away and not each.gone}
        if not away:
            return
        talking: dict[str, Channel] = {}
        for bridge in await self._carrier.client.bridges():
            members = [there[name] for name in bridge.channels if name in there]
            for name in away.keys() & set(bridge.channels):
                talking.update((name, other) for other in members if other.id != name)
        for name, channel in away.items():
            other = talking.get(name)
            if other is None:
                channel.left_bridge()
            elif other.id != channel.connected_to:
                channel.progress("connected", party(other), other.id)

    async def _missed(self, there: dict[str, Channel]) -> None:
        """Calls that came while the connection broke: in our application, and unheard."""
        application = await self._carrier.client.subscribed()
        for name in application.channel_ids if application else ():
            if is_part(name):
                continue
            place = located(there.get(name), self._application)
            if place.where is ChannelLocation.HERE and name not in self._carrier.channels_by_id:
                await self._carrier.take(name)
