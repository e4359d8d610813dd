"""Carries simulated calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ivrkit.call.channel import (
    Arrival,
    Channel,
    ChannelLocation,
    Deliver,
    Located,
    Receive,
    Rejection,
    SentBack,
)
from ivrkit.call.clock import Clock
from ivrkit.channels.simulator.caller import SimulatedCaller
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.errors import CarrierError, CarrierUnavailable

BUSY = 17
"""Q.850: user busy; what a caller meets whose call the engine does not take."""


class SimulatedCarrier:
    """A telephone network of its own, for any clock. ``hand`` makes of a channel what the engine
    gets of it, ``wire`` of whoever takes its events what they go through: by default
    the channel and the events themselves."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.hand: Callable[[SimulatedChannel], Channel] = _itself
        self.wire: Callable[[SimulatedChannel, Deliver], Deliver] = _straight
        self._receive: Receive | None = None
        self._arrivals: dict[str, Arrival] = {}
        self.calls: dict[str, SimulatedChannel] = {}

    async def start(self, receive: Receive) -> None:
        """Begin to report calls."""
        self._receive = receive

    async def stop(self) -> None:
        """Stop reporting; calls in progress stay where they are."""
        self._receive = None
        for channel in self.calls.values():
            channel.attach(_unheard)

    async def channels(self) -> Mapping[str, Located]:
        """All channels that are not gone, with their places."""
        return {
            name: await channel.locate()
            for name, channel in self.calls.items()
            if channel.where is not ChannelLocation.GONE
        }

    def adopt(self, channel_id: str, deliver: Deliver) -> Channel:
        """The channel of a session that another engine began. Raises CarrierError for a channel
        that never was."""
        channel = self.calls.get(channel_id)
        if channel is None:
            raise CarrierError(f"there was never a channel {channel_id}")
        channel.attach(self.wire(channel, deliver))
        return self.hand(channel)

    async def take(self, channel_id: str) -> bool:
        """Report a channel in our application as a new call; False when it is not here."""
        channel = self.calls.get(channel_id)
        if channel is None or channel.where is not ChannelLocation.HERE:
            return False
        again = replace(self._arrivals[channel_id], answered=channel.caller.answered)
        self._arrive(channel, again)
        return True

    def call(
        self,
        number: str,
        caller: str = "",
        *,
        arguments: tuple[str, ...] = (),
        variables: Mapping[str, str] | None = None,
    ) -> SimulatedChannel:
        """A call comes in. It is refused as busy when the engine does not take it. Raises
        CarrierUnavailable when nobody takes calls."""
        if self._receive is None:
            raise CarrierUnavailable("nobody takes calls", hint="start the carrier first")
        channel_id = f"simulated-{len(self.calls) + 1}"
        channel = SimulatedChannel(channel_id, self._clock, SimulatedCaller(caller))
        channel.arguments = arguments
        channel.variables.update(variables or {})
        self.calls[channel_id] = channel
        self._arrivals[channel_id] = Arrival(
            channel=channel,
            caller=caller,
            number=number,
            arguments=arguments,
            arrived=self._clock.now(),
            variables=dict(channel.variables),
        )
        self._arrive(channel, self._arrivals[channel_id])
        return channel

    def _arrive(self, channel: SimulatedChannel, arrival: Arrival) -> None:
        assert self._receive is not None
        deliver = self._receive(replace(arrival, channel=self.hand(channel)))
        if isinstance(deliver, SentBack):
            channel.hang_up_by_caller(BUSY)
        elif isinstance(deliver, Rejection):
            channel.hang_up_by_caller(deliver.cause)
        else:
            channel.attach(self.wire(channel, deliver))


def _itself(channel: SimulatedChannel) -> Channel:
    return channel


def _straight(channel: SimulatedChannel, deliver: Deliver) -> Deliver:
    return deliver


def _unheard(event: object) -> None:
    """Events of an engine that is no longer there."""
