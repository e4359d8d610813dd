"""The hardest test of a flow: at every step the engine is thrown away and rebuilt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

import msgspec

from ivrkit.call.events import TraceEvent
from ivrkit.call.kinds import Kind
from ivrkit.call.step import Node
from ivrkit.engine.engine import Engine
from ivrkit.engine.interrupts import Restart
from ivrkit.engine.recovery import recover
from ivrkit.engine.runner import Runner
from ivrkit.errors import IvrkitError
from ivrkit.flow.model import FlowVersion
from ivrkit.qa.simulation import Simulation
from ivrkit.store import Store


class Restarts:
    """Throws the engine of a simulation away at every entry of a step, once it has been captured,
    and begins another one with nothing but what the store has committed. Steps that may not be
    done twice are left out: a restart there is an outcome of its own (``unknown``), which a script
    gives as such.

    ``failures`` are the errors of rebuilding; ``count`` is how often it was done.
    """

    def __init__(self, simulation: Simulation, store: Store) -> None:
        self._simulation = simulation
        self._store = store
        self._done: set[tuple[str, int]] = set()
        self._versions: dict[str, FlowVersion] = {}
        self._rebuilding: set[asyncio.Task[None]] = set()
        self.failures: list[str] = []
        self.count = 0
        simulation.engine = self._new_engine()

    async def wait(self) -> None:
        """Until no engine is being rebuilt."""
        while self._rebuilding:
            await asyncio.wait(list(self._rebuilding))

    def _new_engine(self) -> Engine:
        return self._simulation.new_engine(self._store, self._before_step)

    async def _before_step(self, runner: Runner, node: Node) -> None:
        """Called in the call's own task, behind the capture of a step's entry."""
        entry = (runner.state.call, runner.session.entry.number)
        if entry in self._done or any(frame.during for frame in runner.stack.frames):
            return  # what runs beside a step begins anew with it, and would do so for ever
        if node.step.kind is Kind.OUTSIDE and not node.step.may_run_again(runner.call):
            return
        self._done.add(entry)
        self._versions[runner.state.version] = runner.stack.version
        dying = asyncio.current_task()
        assert dying is not None
        still = ExitStack()
        still.enter_context(self._simulation.clock.hold())
        rebuilding = asyncio.create_task(self._rebuild(runner.state.call, dying, still))
        self._rebuilding.add(rebuilding)
        rebuilding.add_done_callback(self._rebuilding.discard)
        raise Restart

    async def _rebuild(self, call_id: str, dying: asyncio.Task[Any], still: ExitStack) -> None:
        with still:
            await asyncio.wait([dying])
            try:
                await self._store.flush()
                sessions = [each for each in await self._store.sessions() if each[0] == call_id]
                engine = self._simulation.engine = self._new_engine()
                engine.expect(sessions)
                await self._simulation.start()
                found = await recover(engine, self._simulation.carrier, sessions, self._version)
                self.count += 1
                if not sessions or found.broken + found.lost + found.fell_back + found.begun:
                    self.failures.append(f"{call_id} was not taken up: {found}")
            except IvrkitError as error:
                self.failures.append(f"{call_id} could not be rebuilt: {error}")

    async def _version(self, name: str, version_hash: str) -> FlowVersion:
        return self._versions[version_hash]


def comparable(events: Iterable[TraceEvent]) -> list[dict[str, Any]]:
    """A trace without what tells of a restart."""
    plain = [msgspec.to_builtins(each) for each in events]
    for event in plain:
        if event.get("how") in ("entered", "resumed"):
            del event["how"]  # the usual way in, which msgspec does not always leave out
    return [event for event in plain if event["event"] != "resumed"]


def difference(whole: Iterable[TraceEvent], restarted: Iterable[TraceEvent]) -> str:
    """The first difference between the trace of an uninterrupted call and that of one whose
    engine was restarted; empty if there is none."""
    expected, got = comparable(whole), comparable(restarted)
    for place, (one, other) in enumerate(zip(expected, got, strict=False)):
        if one != other:
            return f"event {place + 1} was {one}, with restarts {other}"
    if len(expected) != len(got):
        longer, which = (expected, "without") if len(expected) > len(got) else (got, "with")
        return f"only {which} restarts: {longer[min(len(expected), len(got))]}"
    return ""
