"""Throws the engine of a simulation away at any instant, and begins another one with nothing but
what the store has committed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final, Protocol

from ivrkit.call.channel import ChannelLocation
from ivrkit.call.events import TraceEvent
from ivrkit.engine.engine import Engine
from ivrkit.engine.recovery import recover
from ivrkit.errors import IvrkitError, StoreError
from ivrkit.flow.model import FlowVersion
from ivrkit.qa.commits import HeldBack, Kept, Progress
from ivrkit.qa.instants import Instant
from ivrkit.qa.mortal import Life, MortalKeeper, mortal
from ivrkit.qa.simulation import Simulation
from ivrkit.store import Store

ELSEWHERE: Final = 0.25
"""How often an instant is taken from which on the call cannot be the very same."""
LATER: Final = 3


class Told(Protocol):
    """Who plays the call, and is told that it goes on from an earlier place."""

    @property
    def progress(self) -> Progress: ...

    @property
    def events(self) -> Sequence[TraceEvent]: ...

    def rewind(self, kept: Kept, where: str, *, gone: bool) -> None: ...


class InsideRestarts:
    """The engines of one line, one after the other.

    ``count`` is how often one was killed, ``failures`` what could not be rebuilt.
    """

    def __init__(self, simulation: Simulation, store: Store) -> None:
        self._simulation = simulation
        self._store = store
        self._told: Told
        self._clock = simulation.clock
        self._commits = HeldBack(store, self._clock.time, lambda: self._told.progress)
        self._versions: dict[str, FlowVersion] = {}
        self._instants: list[Instant] = []
        self._chances = random.Random()  # noqa: S311
        self._countdown: int | None = None
        self._rebuilding: asyncio.Task[None] | None = None
        self._began = 0.0
        self.count = 0
        self.failures: list[str] = []
        self._new_engine()

    async def begin(
        self,
        told: Told,
        version: FlowVersion,
        instants: Sequence[Instant],
        chances: random.Random,
    ) -> None:
        """A call is about to begin; its engine dies at these instants."""
        await self.wait()
        await self._commits.begin()
        self._told = told
        self._versions[version.hash] = version
        self._version = version
        self._instants = list(instants)
        self._chances = chances
        self._countdown = None
        self._began = self._clock.time()

    def heard(self) -> None:
        """An event has been traced: perhaps it is time."""
        if self._rebuilding is None and self._countdown is None:
            self._arm()

    def no_more(self) -> None:
        """From now on the engine lives."""
        self._instants.clear()
        self._countdown = None

    async def wait(self) -> None:
        """Until no engine is being rebuilt."""
        while self._rebuilding is not None:
            await asyncio.wait([self._rebuilding])

    # ---- dying ---------------------------------------------------------------------------------

    def _new_engine(self) -> Engine:
        life = self._life = Life(self._passing)
        simulation = self._simulation
        simulation.carrier.hand = lambda channel: mortal(channel, life)
        simulation.engine = simulation.new_engine(MortalKeeper(self._commits, life))
        return simulation.engine

    def _arm(self) -> None:
        if not self._instants or self._instants[0].event > len(self._told.events):
            return
        instant = self._instants.pop(0)
        self._countdown = instant.passing
        if instant.after is not None:
            self._countdown = -1
            life = self._life
            when = self._clock.time() + instant.after
            self._clock.at(when, lambda: self._die("inside a span of time", life))

    def _passing(self, what: str) -> None:
        """The engine goes from one thing to the next."""
        if self._countdown is None or self._countdown < 0:
            return
        if self._countdown:
            self._countdown -= 1
        else:
            self._die(what, self._life)

    def _die(self, what: str, life: Life) -> None:
        if life.over or self._countdown is None or self._rebuilding is not None:
            return
        mark = self._commits.choose(self._chances)
        kept = self._commits.kept(mark, self._version, self._told.events)
        if not kept.same and self._chances.random() > ELSEWHERE:
            self._countdown = LATER
            return
        self._countdown = None
        life.end()
        self.count += 1
        where = f"{self._clock.time() - self._began:.3f} s, {what}"
        still = ExitStack()
        still.enter_context(self._clock.hold())
        self._rebuilding = asyncio.create_task(self._rebuild(kept, where, still))

    # ---- going on ------------------------------------------------------------------------------

    async def _rebuild(self, kept: Kept, where: str, still: ExitStack) -> None:
        simulation = self._simulation
        with still:
            await simulation.stop()
            try:
                await self._commits.commit(kept.mark)
                sessions = await self._store.sessions()
                gone = all(
                    channel.where is ChannelLocation.GONE
                    for channel in simulation.carrier.calls.values()
                )
                self._told.rewind(kept, where, gone=gone)
                if kept.mark is None:
                    simulation.forget_call()
                engine = self._new_engine()
                engine.expect(sessions)
                await simulation.start()
                found = await recover(engine, simulation.carrier, sessions, self._find)
                if found.broken or found.fell_back or (found.lost and not gone):
                    self.failures.append(f"the call was not taken up after {where}: {found}")
            except IvrkitError as error:
                self.failures.append(f"the call could not be rebuilt after {where}: {error}")
            finally:
                self._rebuilding = None
                self._arm()

    async def _find(self, name: str, version_hash: str) -> FlowVersion:
        found = self._versions.get(version_hash)
        if found is None:
            raise StoreError(f"there is no version {version_hash} of {name}")
        return found
