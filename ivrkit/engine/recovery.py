"""Taking up the calls of an engine that died: the table of the design, section 4.

Asterisk is asked for each channel, the store for each session; what fits together goes on, what
is left over on either side is begun anew or closed.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from ivrkit.call.channel import Channel, ChannelLocation, Deliver, HungUp, Located
from ivrkit.call.clock import Clock
from ivrkit.call.kinds import Kind
from ivrkit.engine.engine import Engine
from ivrkit.engine.interrupts import LOST
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.saving import read_buffer, read_capture
from ivrkit.engine.stack import Stack
from ivrkit.engine.state import SessionState
from ivrkit.errors import CarrierError, IvrkitError
from ivrkit.flow.model import FlowVersion

LOG = logging.getLogger(__name__)

STILL_PLAYING = 3
"""A capture may be this many playbacks and steps behind what was sent to Asterisk."""
SAME_MACHINE = 60.0
"""Seconds that the clock of deadlines may be ahead of the time of day on one machine: that may be
set, or be that of an Asterisk elsewhere."""

Versions = Callable[[str, str], Awaitable[FlowVersion]]
"""The version of a flow (name, hash) with which a session began. Raises IvrkitError."""


class RecoveringCarrier(Protocol):
    """What recovery asks of a carrier."""

    async def channels(self) -> Mapping[str, Located]: ...

    def adopt(self, channel_id: str, deliver: Deliver) -> Channel: ...

    async def take(self, channel_id: str) -> bool:
        """Report a channel in our application as a new call."""


@dataclass(slots=True)
class Recovered:
    """What became of the sessions and channels that were found."""

    resumed: int = 0
    waiting: int = 0
    begun: int = 0
    fell_back: int = 0
    lost: int = 0
    broken: int = 0

    def __str__(self) -> str:
        """Those that there are: ``2 resumed, 1 fell back``."""
        return ", ".join(
            f"{count} {name.replace('_', ' ')}" for name, count in asdict(self).items() if count
        )


async def recover(
    engine: Engine,
    carrier: RecoveringCarrier,
    sessions: Sequence[tuple[str, bytes]],
    versions: Versions,
) -> Recovered:
    """Take up every session, then begin those calls whose first save was lost."""
    found = Recovered()
    channels = await carrier.channels()
    owned = {runner.state.channel for runner in engine.live().values()}
    for call_id, capture in sessions:
        try:
            state = read_capture(capture)
            version = await versions(state.flow, state.version)
        except IvrkitError as error:
            LOG.error("call %s cannot be taken up: %s", call_id, error)
            engine.keeper.forget(call_id)
            found.broken += 1
            continue
        owned.add(state.channel)
        await _take_up(engine, carrier, state, version, channels, found)
    engine.expect(())
    for channel_id, located in channels.items():
        if located.where is ChannelLocation.HERE and channel_id not in owned:
            found.begun += await carrier.take(channel_id)
    return found


async def _take_up(
    engine: Engine,
    carrier: RecoveringCarrier,
    state: SessionState,
    version: FlowVersion,
    channels: Mapping[str, Located],
    found: Recovered,
) -> None:
    mailbox = Mailbox(engine.clock, read_buffer(state, engine.sealer))
    channel = carrier.adopt(state.channel, mailbox.put)
    located = channels.get(state.channel) or await channel.locate()
    _in_time(state, engine.clock)
    if not state.ended:  # else on_end runs, perhaps that of a flow which ran beside
        leave_beside(state)
    kind = _stands_at(state, version)
    if state.ended:
        pass  # it was over: what is left is on_end
    elif located.where is ChannelLocation.GONE:
        found.lost += 1
        if kind is Kind.CALLER:  # its step is left by a hang-up, as ever: it may have to clear up
            mailbox.put(HungUp(by=LOST))
        else:
            state.ended = LOST
    elif located.where is ChannelLocation.HERE:
        await _stop_playing(channel, state, version)
        found.resumed += 1
    elif kind is Kind.AWAY:
        found.waiting += 1
    else:
        state.ended = "fell_back"
        found.fell_back += 1
    state.operations += STILL_PLAYING  # names that may have been used are not used again
    prepare(state, version)
    engine.resume(channel, state, mailbox, version)


def leave_beside(state: SessionState) -> None:
    """Where steps ran while another one went on, only this one counts: it is resumed by its kind,
    and they begin anew."""
    for depth, frame in enumerate(state.frames):
        if frame.during:
            del state.frames[depth:]
            return


def prepare(state: SessionState, version: FlowVersion) -> None:
    """Make the step where a capture stands ready to be entered, by its kind.

    A step of the caller is entered anew: what was counted in it is forgotten. One that may not
    run twice, or whose call is in other hands, is told that it was begun.
    """
    entry = state.frames[-1].entry if state.frames else None
    kind = _stands_at(state, version)
    if entry is None or kind is None:
        return
    if kind is Kind.CALLER:
        entry.how = "entered"
        entry.data = {}
    elif kind in (Kind.OUTSIDE, Kind.AWAY):
        entry.how = "resumed"


def _in_time(state: SessionState, clock: Clock) -> None:
    """The clock of deadlines counts from the start of the machine. If that was started anew, or is
    another one, what was noted on it moves along, by the time of day."""
    lasted = max(0.0, (clock.now() - datetime.fromisoformat(state.arrived)).total_seconds())
    if state.started <= clock.time() <= state.started + lasted + SAME_MACHINE:
        return
    moved = clock.time() - lasted - state.started
    state.started += moved
    if state.limit is not None:
        state.limit += moved
    if state.away_since is not None:
        state.away_since += moved
    for frame in state.frames:
        if frame.entry is not None and frame.entry.deadline is not None:
            frame.entry.deadline += moved


def _stands_at(state: SessionState, version: FlowVersion) -> Kind | None:
    if not state.frames:
        return None
    node = Stack(version, state.frames).node()
    return node.step.kind if node is not None else None


async def _stop_playing(channel: Channel, state: SessionState, version: FlowVersion) -> None:
    """Stop what the dead engine let play. ARI cannot list playbacks: their ids are derived."""
    node = Stack(version, state.frames).node() if state.frames else None
    if node is not None and node.step.overlaid:
        try:
            await channel.stop_music()
        except CarrierError as error:
            LOG.debug("no music to stop: %s", error)
    for entry in range(state.entered, state.entered + STILL_PLAYING):
        for operation in range(state.operations, state.operations + STILL_PLAYING):
            try:
                await channel.stop(f"{state.call}.{entry}.{operation}")
            except CarrierError as error:
                LOG.debug("nothing to stop: %s", error)
