"""Taking up the calls of an engine that died: the table of the design, section 4.

Asterisk is asked for each channel, the store for each session; what fits together goes on, what
is left over on either side is begun anew or closed. Nothing is decided before Asterisk has
answered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from ivrkit.call.channel import Channel, ChannelLocation, Deliver, HungUp, Located
from ivrkit.call.clock import Clock
from ivrkit.call.kinds import Kind
from ivrkit.engine.engine import Engine
from ivrkit.engine.interrupts import LOST
from ivrkit.engine.keeping import keep
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.saving import Capture, read_buffer, read_capture
from ivrkit.engine.stack import Stack
from ivrkit.engine.state import SessionState
from ivrkit.engine.unreadable import Origins, check_fits, rebuilt, unknown
from ivrkit.engine.values import Seals
from ivrkit.errors import CarrierError, CarrierUnavailable, ChannelGone, IvrkitError, StoreError
from ivrkit.flow.model import FlowVersion

LOG = logging.getLogger(__name__)
T = TypeVar("T")

STILL_PLAYING = 5
"""A capture may be this many playbacks behind what was sent to Asterisk."""
AT_ONCE = 20
"""How many calls are taken up at the same time. Asterisk does what is asked over one WebSocket one
after the other: the first callers hear something while it still has to be asked for the last."""
AGAIN_SECONDS = 1.0
"""After how long an Asterisk that is away is asked again."""
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
    """What became of the sessions and channels that were found. ``broken`` are those that cannot
    be read: they are begun anew, or counted once more by where their channel is."""

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


@dataclass(slots=True)
class _Session:
    """A captured call, and its channel, whose events it gets from now on."""

    state: SessionState
    version: FlowVersion
    mailbox: Mailbox
    channel: Channel


async def recover(
    engine: Engine,
    carrier: RecoveringCarrier,
    sessions: Sequence[tuple[str, bytes]],
    versions: Versions,
    origins: Origins = unknown,
) -> Recovered:
    """Take up every session, then begin those calls whose first save was lost. Waits for as long
    as Asterisk cannot be asked."""
    found = Recovered()
    read: list[tuple[SessionState, FlowVersion]] = []
    for call_id, capture in sessions:
        try:
            state = read_capture(capture)
            version = await versions(state.flow, state.version)
            check_fits(state, version)
            read.append((state, version))
        except IvrkitError as error:
            LOG.error("call %s cannot be taken up: %s", call_id, error)
            found.broken += 1
            again = await _rebuilt(engine, call_id, origins, versions)
            if again is None:
                engine.keeper.forget(call_id)
            else:
                read.append(again)
    channels = await _answered(engine.clock, carrier.channels)
    # No wait in between: what happens to a channel behind the answer is told to its call.
    adopted = [_adopt(engine, carrier, state, version) for state, version in read]
    owned = {runner.state.channel for runner in engine.live().values()}
    owned |= {session.state.channel for session in adopted}
    engine.expect(())
    turns = asyncio.Semaphore(AT_ONCE)

    async def in_turn(session: _Session) -> None:
        async with turns:
            try:
                await _take_up(engine, session, channels.get(session.state.channel), found)
            except Exception:  # the others must not fare like it
                LOG.exception("call %s cannot be taken up", session.state.call)
                found.broken += 1
                await _apologise(engine, session, origins)

    await asyncio.gather(*(in_turn(session) for session in adopted))
    for channel_id, located in channels.items():
        if located.where is ChannelLocation.HERE and channel_id not in owned:
            take = partial(carrier.take, channel_id)
            found.begun += await _answered(engine.clock, take)
    return found


async def _apologise(engine: Engine, session: _Session, origins: Origins) -> None:
    """What could not be taken up where it stood goes to ``on_error``: nobody is left in silence."""
    call_id = session.state.call
    if engine.task(call_id) is not None:
        return
    try:
        origin = await origins(call_id)
        if origin is None:
            return  # what is saved of it stays, for an engine that can take it up
        seals = Seals(engine.sealer, call_id)
        state = rebuilt(call_id, origin, session.version, engine.clock, seals)
        engine.resume(session.channel, state, session.mailbox, session.version)
    except Exception:
        LOG.exception("call %s is left to its caller", call_id)


async def _rebuilt(
    engine: Engine, call_id: str, origins: Origins, versions: Versions
) -> tuple[SessionState, FlowVersion] | None:
    """What goes to ``on_error`` in place of a call that cannot be read; None where its flow or its
    channel cannot be told."""
    try:
        origin = await origins(call_id)
        if origin is None:
            return None
        version = await versions(origin.flow, origin.version)
    except IvrkitError as error:
        LOG.error("nothing is known of call %s: %s", call_id, error)
        return None
    seals = Seals(engine.sealer, call_id)
    return rebuilt(call_id, origin, version, engine.clock, seals), version


def _adopt(
    engine: Engine, carrier: RecoveringCarrier, state: SessionState, version: FlowVersion
) -> _Session:
    mailbox = Mailbox(engine.clock, read_buffer(state, engine.sealer))
    return _Session(state, version, mailbox, carrier.adopt(state.channel, mailbox.put))


async def _take_up(
    engine: Engine, session: _Session, located: Located | None, found: Recovered
) -> None:
    state, version, channel = session.state, session.version, session.channel
    if located is None:
        located = await _answered(engine.clock, channel.locate)
    _in_time(state, engine.clock)
    if not state.ended:  # else on_end runs, perhaps that of a flow which ran beside
        leave_beside(state)
    where = located.where
    if where is ChannelLocation.HERE and not state.ended:
        try:
            await _answered(engine.clock, lambda: stop_playing(channel, state))
        except ChannelGone:
            where = ChannelLocation.GONE
    kind = _stands_at(state, version)
    if state.ended:
        pass  # it was over: what is left is on_end
    elif where is ChannelLocation.GONE:
        found.lost += 1
        if kind is Kind.CALLER:  # its step is left by a hang-up, as ever: it may have to clear up
            session.mailbox.put(HungUp(by=LOST))
        else:
            state.ended = LOST
    elif where is ChannelLocation.HERE:
        found.resumed += 1
    elif kind is Kind.AWAY:
        found.waiting += 1
    else:
        state.ended = "fell_back"
        found.fell_back += 1
    state.operations += STILL_PLAYING  # names that may have been used are not used again
    prepare(state, version)
    # The next engine, too, must know the names: this one may die before it has saved anything.
    await _keep(engine, session)
    engine.resume(channel, state, session.mailbox, version)


async def _keep(engine: Engine, session: _Session) -> None:
    """Commit a call that is about to go on. A store that fails stops none."""
    state = session.state
    capture = Capture(engine.sealer)(state, session.mailbox.buffer)
    try:
        await engine.clock.outside(keep(engine.keeper, state.call, capture))
    except StoreError:
        LOG.exception("call %s is taken up unsaved", state.call)


async def _answered(clock: Clock, ask: Callable[[], Awaitable[T]]) -> T:
    """What is asked of Asterisk, as soon as it has answered. Raises ChannelGone."""
    while True:
        try:
            return await ask()
        except ChannelGone:
            raise
        except CarrierError as error:
            LOG.warning("calls are taken up as soon as Asterisk has answered: %s", error)
            await clock.sleep(AGAIN_SECONDS)


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


async def stop_playing(channel: Channel, state: SessionState) -> None:
    """Stop what another engine let play: ARI cannot list playbacks, their ids are derived. Raises
    ChannelGone and CarrierUnavailable."""
    last = state.operations
    names = [f"{state.call}.{number}" for number in range(last, last + STILL_PLAYING)]
    commands = [channel.stop_music(), *(channel.stop(name) for name in names)]
    for error in await asyncio.gather(*commands, return_exceptions=True):
        if isinstance(error, CarrierError) and not isinstance(
            error, (ChannelGone, CarrierUnavailable)
        ):
            LOG.debug("nothing to stop: %s", error)
        elif error is not None:
            raise error
