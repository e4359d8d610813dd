"""The world of the model: the real engine and the real store, on the simulator's channels, with
everything that can go wrong between them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ivrkit.call.call import Call
from ivrkit.call.channel import (
    ChannelEvent,
    ChannelLocation,
    Deliver,
    Gap,
    HungUp,
    PlaybackEnded,
    RecordingEnded,
    Returned,
)
from ivrkit.call.connecting import Connectors, Request
from ivrkit.call.events import TraceEvent
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.engine.engine import Engine, Start
from ivrkit.engine.handing_over import go_on
from ivrkit.engine.recovery import Recovered, recover
from ivrkit.engine.saving import read_capture
from ivrkit.engine.state import SessionState
from ivrkit.errors import ConnectorError, ConnectorTimeout, OutcomeUnknown, StoreError
from ivrkit.flow.model import FlowVersion
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.given import Given, QueueUse
from ivrkit.qa.mortal import Life, MortalKeeper, mortal
from ivrkit.qa.simulation import KEY, Simulation
from ivrkit.store import Store
from ivrkit.testing.clock import VirtualClock

ANSWER_SECONDS = 8.0
"""How long a system outside is waited for."""


class Desk:
    """Hands captures to the real store when the model says so; until then they die with the
    engine. ``known`` are the calls of which anything was committed, ``shrunk`` those that had come
    further before."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.full = False
        self.held: list[tuple[str, bytes | None]] = []
        self.known: set[str] = set()
        self.shrunk: list[str] = []
        self._entered: Counter[str] = Counter()

    def behind(self, call_id: str, capture: bytes | None) -> None:
        self.held.append((call_id, capture))

    async def ahead(self, call_id: str, capture: bytes) -> None:
        self.held.append((call_id, capture))
        if self.full:
            raise StoreError("no space is left on the disk")
        await self.commit()

    def append(self, call_id: str, events: Sequence[TraceEvent]) -> None:
        self.store.append(call_id, events)

    async def commit(self, count: int | None = None) -> None:
        """So many of what is held, or all of it; nothing on a full disk."""
        if self.full:
            return
        batch, self.held = self.held[:count], [] if count is None else self.held[count:]
        for call_id, capture in batch:
            if capture is None:
                self.store.forget(call_id)
                continue
            entered = read_capture(capture).entered
            if entered < self._entered[call_id]:
                self.shrunk.append(call_id)
            self._entered[call_id] = entered
            self.known.add(call_id)
            self.store.save(call_id, capture)
        if batch:
            await self.store.flush()


@dataclass(eq=False)
class Asking:
    """A request that is under way: it is answered by ``answer``, or fails with it."""

    request: Request
    done: asyncio.Future[Any]


class FarSide:
    """Systems outside: they do what they are asked at once, and answer when the model says so."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.begun: Counter[str] = Counter()
        self.open: list[Asking] = []

    def only_reads(self, kind: str, name: str) -> bool:
        return False

    async def ask(self, call: Call, request: Request) -> Any:
        if not request.again:
            self.begun[request.key] += 1
        asking = Asking(request, asyncio.get_running_loop().create_future())
        self.open.append(asking)
        try:
            await self._clock.park(asyncio.shield(asking.done), self._clock.time() + ANSWER_SECONDS)
        finally:
            self.open.remove(asking)
        if asking.done.done():
            answer = asking.done.result()
            if isinstance(answer, Exception):
                raise answer
            return answer
        if request.again:
            raise ConnectorTimeout("no answer")
        raise OutcomeUnknown("no answer, and it may have been done")

    def answer(self, which: int, how: str) -> None:
        """One of the open requests gets its answer."""
        if not self.open:
            return
        asking = self.open[which % len(self.open)]
        if asking.done.done():
            return
        answers = {"fails": ConnectorError("it has failed"), "unknown": OutcomeUnknown("cut off")}
        usual = "Ann" if asking.request.again else None
        asking.done.set_result(answers.get(how) or asking.request.given(usual))


class Wire:
    """The WebSocket: while it is cut nobody hears of anything, and commands wait."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._back: asyncio.Future[None] | None = None
        self._missed: list[tuple[str, ChannelEvent]] = []
        self._ends: dict[str, Deliver] = {}

    @property
    def cut(self) -> bool:
        return self._back is not None

    def sever(self) -> None:
        if self._back is None:
            self._back = asyncio.get_running_loop().create_future()

    def join(self) -> None:
        """It is back: what was missed becomes ordinary events, as after a comparison."""
        if self._back is None:
            return
        back, self._back = self._back, None
        missed, self._missed = self._missed, []
        for deliver in self._ends.values():
            deliver(Gap(1.0))
        for channel_id, event in missed:
            deliver = self._ends[channel_id]
            if isinstance(event, HungUp):
                del self._ends[channel_id]
            found = _after_gap(event)
            if found is not None:
                deliver(found)
        back.set_result(None)

    def hang_loose(self) -> None:
        """Nobody is at this end of it any more: the next engine connects anew, and never hears of
        what was missed."""
        self._missed.clear()
        self._ends.clear()
        self.join()

    async def whole(self) -> None:
        if self._back is not None:
            await self._clock.park(asyncio.shield(self._back), None)

    def through(self, channel: SimulatedChannel, deliver: Deliver) -> Deliver:
        """Deliver while it is there."""
        if channel.where is not ChannelLocation.GONE:
            self._ends[channel.id] = deliver

        def carry(event: ChannelEvent) -> None:
            if self._back is None:
                if isinstance(event, HungUp):
                    self._ends.pop(channel.id, None)
                deliver(event)
            else:
                self._missed.append((channel.id, event))

        return carry


def _after_gap(event: ChannelEvent) -> ChannelEvent | None:
    if isinstance(event, HungUp):
        return HungUp(event.cause, by="gap")
    if isinstance(event, PlaybackEnded):
        return PlaybackEnded(event.playback, by="gap")
    if isinstance(event, RecordingEnded):
        return RecordingEnded(event.recording, by="gap")
    return event if isinstance(event, Returned) else None


class WiredChannel:
    """A channel at the other end of the wire."""

    def __init__(self, channel: SimulatedChannel, wire: Wire) -> None:
        self._channel = channel
        self._wire = wire

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._channel, name)
        if not asyncio.iscoroutinefunction(found):
            return found

        async def command(*arguments: Any, **named: Any) -> Any:
            await self._wire.whole()
            return await found(*arguments, **named)

        return command


@dataclass
class Observed:
    """Is told by one engine of the beginning and the end of calls."""

    life: Life
    opened_calls: dict[str, str]
    closed_calls: dict[str, list[str]]

    def opened(self, state: SessionState) -> None:
        self.opened_calls[state.call] = state.channel

    def closed(self, state: SessionState) -> None:
        if not self.life.over:
            self.closed_calls.setdefault(state.call, []).append(state.ended)


@dataclass
class Ground:
    """What has become of all calls. ``opened`` are their channels by call, ``closed`` how they
    ended, ``unsaved`` the channels of which nothing was committed: what a dead engine has let play
    there is said to its end. ``fallback`` counts the calls that the dialplan has kept."""

    opened: dict[str, str] = field(default_factory=dict)
    closed: dict[str, list[str]] = field(default_factory=dict)
    unsaved: set[str] = field(default_factory=set)
    traces: dict[str, list[TraceEvent]] = field(default_factory=dict)
    fallback: int = 0


class World:
    """One site, with at most one engine in service."""

    def __init__(self, version: FlowVersion, folder: Path) -> None:
        self.version = version
        self.folder = folder
        self.ground = Ground()
        self.callers: list[SimulatedChannel] = []
        self.engine: Engine | None = None
        self.found: list[Recovered] = []
        self._countdown: int | None = None
        self._survivors = 0

    async def open(self) -> None:
        """Open the store and put the first engine into service."""
        self.clock = VirtualClock()
        self.store = Store(self.folder / "store.sqlite", key=KEY)
        await self.store.open()
        self.desk = Desk(self.store)
        self.far = FarSide(self.clock)
        self.wire = Wire(self.clock)
        start = Start(self.version)
        self.simulation = Simulation(
            self.clock,
            TextPrompts(),
            lambda arrival: start,
            given=Given(queues={"service": QueueUse()}),
            more={Connectors: self.far},
        )
        self.carrier = self.simulation.carrier
        self.carrier.wire = self.wire.through
        await self.restart()

    async def close(self) -> None:
        """Let go of everything."""
        await self.simulation.stop()
        await self.store.close()

    # ---- engines -------------------------------------------------------------------------------

    def _new_engine(self) -> Engine:
        life = self.life = Life(self._passing)
        self._countdown = None
        self.carrier.hand = lambda channel: mortal(WiredChannel(channel, self.wire), life)  # type: ignore[arg-type]
        observed = Observed(life, self.ground.opened, self.ground.closed)
        keeper = MortalKeeper(self.desk, life)
        engine = self.simulation.new_engine(keeper, observer=observed)
        engine.subscribe(lambda call, event: self.ground.traces.setdefault(call, []).append(event))
        self.engine = self.simulation.engine = engine
        return engine

    async def restart(self) -> None:
        """An engine starts, and takes up what the store and Asterisk have."""
        if self.engine is not None:
            return
        self.wire.hang_loose()
        before = set(self.ground.opened)
        engine = self._new_engine()
        sessions = await self.store.sessions()
        engine.expect(sessions)
        await self.carrier.start(engine.receive)
        self.found.append(await recover(engine, self.carrier, sessions, self._find))
        anew = set(self.ground.opened) - before
        self.ground.unsaved |= {self.ground.opened[call] for call in anew}
        if self.desk.full:
            self.ground.unsaved |= {each.id for each in self.there}
        await self.settle()

    def kill(self, after: int, survivors: int) -> None:
        """The engine dies when it comes so many times from one thing that it does to the next. So
        many of the captures that nobody has waited for are committed by then."""
        self._countdown, self._survivors = after, survivors
        if after == 0:
            self.life.end()

    def _passing(self, what: str) -> None:
        if self._countdown is not None:
            self._countdown -= 1
            if self._countdown <= 0:
                self.life.end()

    async def bury(self) -> None:
        """The engine is gone, if it has died: with it goes what was not committed."""
        if self.engine is None or not self.life.over:
            return
        await self.simulation.stop()
        self.wire.hang_loose()
        await self.desk.commit(self._survivors)
        self.desk.held.clear()
        self.engine = None

    async def take_over(self, *, comes: bool) -> None:
        """Another engine asks for the calls, and comes for them or does not."""
        engine = self.engine
        if engine is None or self.life.over or self.wire.cut or self.desk.full:
            return
        self._countdown = None
        await engine.finish_writes()
        await engine.stand_still()
        engine.save_standing()
        if not comes:
            await go_on(engine)
            return
        await self.desk.commit()
        self.life.end()
        await self.simulation.stop()
        self.engine = None
        await self.restart()

    async def settle(self) -> None:
        """Until nobody has anything left to do at this instant."""
        await self.clock.sleep(0)
        await self.bury()

    async def _find(self, name: str, version_hash: str) -> FlowVersion:
        return self.version

    # ---- callers -------------------------------------------------------------------------------

    @property
    def there(self) -> list[SimulatedChannel]:
        """The callers who have not hung up."""
        return [each for each in self.callers if each.where is not ChannelLocation.GONE]

    def call(self) -> None:
        """A call comes in; where no engine hears of it, the dialplan keeps it."""
        if self.engine is None or self.wire.cut:
            self.ground.fallback += 1
            return
        channel = self.simulation.call("800", "+4930123")
        if channel.where is ChannelLocation.GONE:
            self.ground.fallback += 1
        else:
            self.callers.append(channel)

    def asterisk_restarts(self) -> None:
        """All channels are gone, and nobody is told."""
        self.wire.sever()
        for channel in self.there:
            channel.hang_up_by_caller()
