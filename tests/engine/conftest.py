"""A bench for the engine: flows written in YAML, a simulated line, virtual time."""

from __future__ import annotations

import textwrap
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.events import Entered, Failed, Noted, Pressed, Said, TraceEvent, VariableSet
from ivrkit.call.hearing import END_SILENCE, Hypothesis
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.engine.engine import Start
from ivrkit.engine.recovery import Recovered, recover
from ivrkit.errors import StoreError
from ivrkit.flow.closure import from_sources
from ivrkit.flow.model import FlowVersion
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.given import Given
from ivrkit.qa.simulation import Simulation
from ivrkit.service.registries import reader
from ivrkit.store import Origin
from ivrkit.testing.clock import VirtualClock


class Shelf:
    """A keeper that has committed whatever it was given."""

    def __init__(self) -> None:
        self.captures: dict[str, bytes] = {}
        self.broken = False
        self.origins: dict[str, Origin] = {}

    def describe(self, call_id: str, flow: str, version: str, channel: str) -> None:
        self.origins[call_id] = Origin(flow, version, channel, "+4930123", "800")

    async def origin(self, call_id: str) -> Origin | None:
        return self.origins.get(call_id)

    def save(self, call_id: str, capture: bytes) -> None:
        self.captures[call_id] = capture

    async def save_ahead(self, call_id: str, capture: bytes) -> None:
        if self.broken:
            raise StoreError("the disk is full")
        self.captures[call_id] = capture

    def append(self, call_id: str, events: Sequence[TraceEvent]) -> None: ...

    def forget(self, call_id: str) -> None:
        self.captures.pop(call_id, None)


class Bench:
    """One call on a simulated line; the test is the caller."""

    def __init__(self) -> None:
        self.keeper = Shelf()
        self.clock = VirtualClock()
        self.events: list[TraceEvent] = []
        self.simulation: Simulation
        self.channel: SimulatedChannel
        self.version: FlowVersion
        self.stack = ExitStack()
        self.reader = reader()
        self.without: set[type] = set()
        self.problems: dict[str, str] = {}

    async def call(
        self,
        flow: str,
        *,
        given: Given | None = None,
        flows: Mapping[str, str] | None = None,
        arguments: Mapping[str, Any] | None = None,
        caller: str = "+4930123",
    ) -> None:
        """Place a call to a flow."""
        self.stack.enter_context(self.clock.player())
        sources = {"main": textwrap.dedent(flow)}
        sources |= {name: textwrap.dedent(text) for name, text in (flows or {}).items()}
        self.version = from_sources(self.reader, "main", sources)
        start = Start(self.version, arguments=arguments or {})
        self.simulation = Simulation(
            self.clock,
            TextPrompts(),
            lambda arrival: start,
            given=given,
            more=dict.fromkeys(self.without),
        )
        self.simulation.recognition.problems.update(self.problems)
        self.simulation.engine = self.simulation.new_engine(self.keeper)
        self.simulation.listen(self.events.append)
        await self.simulation.start()
        self.channel = self.simulation.call("800", caller)
        await self.settle()

    async def die(self) -> None:
        """The engine is gone from one moment to the next."""
        engine = self.simulation.engine
        engine.keeper = Shelf()  # what it writes in its last moment was never committed
        await self.simulation.stop()

    async def recover(self) -> Recovered:
        """Another engine takes up what the one that died has committed."""
        engine = self.simulation.engine = self.simulation.new_engine(self.keeper)
        sessions = list(self.keeper.captures.items())
        engine.expect(sessions)
        await self.simulation.start()
        found = await recover(
            engine, self.simulation.carrier, sessions, self._version, self.origins
        )
        await self.settle()
        return found

    async def origins(self, call_id: str) -> Origin | None:
        """What is known of a call beside its capture: nothing, as in a store of the release
        before."""
        return None

    async def _version(self, name: str, version_hash: str) -> FlowVersion:
        return self.version

    async def settle(self) -> None:
        """Until the engine has nothing left to do at this instant."""
        await self.clock.sleep(0)

    async def after(self, seconds: float) -> None:
        """Let time pass."""
        await self.clock.sleep(seconds)
        await self.settle()

    async def press(self, keys: str) -> None:
        """Press keys in one go."""
        self.channel.press(keys)
        await self.settle()

    async def speak(self, *readings: str | Hypothesis, seconds: float = 1.0) -> None:
        """The caller begins to say something; what is understood of it, the likeliest first."""
        heard = [Hypothesis(each) if isinstance(each, str) else each for each in readings]
        self.channel.speak(seconds, heard)
        await self.settle()

    async def say(self, *readings: str | Hypothesis, seconds: float = 1.0) -> None:
        """The caller says something, and is silent long enough to be understood."""
        await self.speak(*readings, seconds=seconds)
        await self.after(seconds + END_SILENCE)

    async def hang_up(self) -> None:
        """The caller hangs up."""
        self.channel.hang_up_by_caller()
        await self.settle()

    async def quiet(self) -> None:
        """Until what is being said has been said. Music plays on."""
        while (last := self.last_heard()) is not None and last.seconds is None and not last.music:
            await self.after(max(0.0, last.at + last.length - self.clock.time()))

    async def ended(self) -> str:
        """Until the call is over; says how it ended."""
        while self.simulation.engine.live():
            await self.after(1)
        return self.events[-1].ended  # type: ignore[attr-defined,no-any-return]

    # ---- what happened -------------------------------------------------------------------------

    def last_heard(self) -> Any:
        heard = self.channel.caller.heard
        return heard[-1] if heard else None

    @property
    def heard(self) -> list[str]:
        """What reached the caller's ear, prompt by prompt."""
        return self.channel.caller.transcript

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(each.text, each.end) for each in self.of(Said)]

    @property
    def pressed(self) -> list[tuple[str, str]]:
        return [(each.keys, each.result) for each in self.of(Pressed)]

    @property
    def sections(self) -> list[str]:
        """The sections that were entered at their first step."""
        return [
            each.path.split("/")[0]
            for each in self.of(Entered)
            if each.how == "entered" and each.path.endswith("/0") and each.path.count("/") == 1
        ]

    @property
    def notes(self) -> list[str]:
        return [each.text for each in self.of(Noted)]

    @property
    def failures(self) -> list[str]:
        return [each.code for each in self.of(Failed)]

    @property
    def variables(self) -> dict[str, Any]:
        return {each.name: each.value for each in self.of(VariableSet)}

    def of(self, kind: type[Any]) -> list[Any]:
        return [each for each in self.events if isinstance(each, kind)]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    with bench.stack:
        yield bench
        await bench.simulation.stop()


@pytest.fixture
def flows_folder() -> Path:
    return Path(__file__).parents[2] / "flows"
