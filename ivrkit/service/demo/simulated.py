"""The same call without telephones: the engine in virtual time, where no Asterisk can be had."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from ivrkit.call.channel import Arrival
from ivrkit.call.events import Ended, HandedOff, Pressed, Said, Saying, TraceEvent
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.engine.engine import Start
from ivrkit.errors import NotAvailable
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.model import FlowVersion
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.given import ConnectorUse, Given
from ivrkit.qa.simulation import Simulation
from ivrkit.service.demo.call import ACCOUNT, AFTER, BEFORE, NUMBER, SCORE, Turn
from ivrkit.service.demo.place import NUMBERS, flows_folder
from ivrkit.service.demo.stage import Fact, Stage
from ivrkit.service.demo.watching import PATIENCE, Watch
from ivrkit.service.demo.world import CALLER
from ivrkit.service.flows import load_checked
from ivrkit.service.registries import reader
from ivrkit.service.world import folder_world
from ivrkit.testing.clock import VirtualClock

CUSTOMER = {
    "number": ACCOUNT,
    "name": "Ann Lee",
    "balance": Decimal("12.50"),
    "vip": False,
    "pin": "2580",
}
"""What the bank's database would answer."""

EventT = TypeVar("EventT", bound=TraceEvent)


async def simulate(stage: Stage) -> int:
    """Show the call in the simulator; 0 when it did what it should. Raises NotAvailable."""
    version = _version()
    stage.heading(f"A call to {NUMBER}, in the simulator: the same engine, virtual time")
    facts = await _Line(stage, version).play()
    stage.heading("What it should have done, and whether it did")
    for fact in facts:
        stage.fact(fact)
    return 0 if all(fact.true for fact in facts) else 1


def _version() -> FlowVersion:
    library = FlowLibrary(reader(), flows_folder())
    checked = load_checked(library, NUMBERS[NUMBER], folder_world(library.root, library.names()))
    if checked.version is None:
        raise NotAvailable(f"the demo's flow has errors:\n{checked.render()}")
    return checked.version


class _Line:
    """A simulated telephone line with the caller of the demo."""

    def __init__(self, stage: Stage, version: FlowVersion) -> None:
        self._stage = stage
        self._clock = VirtualClock()
        self._watch = Watch(stage)

        def choose(arrival: Arrival) -> Start:
            return Start(version)

        given = Given(connectors={"database.crm": ConnectorUse(CUSTOMER)}, open=True)
        self._simulation = Simulation(self._clock, TextPrompts(), choose, given=given)
        self._simulation.engine.subscribe(self._watch.heard)

    async def play(self) -> list[Fact]:
        """The call from its beginning to its end."""
        await self._simulation.start()
        broke = ""
        try:
            with self._clock.player():
                self._stage.caller(f"dials {NUMBER}")
                await self._talk(self._simulation.call(NUMBER, CALLER))
        except TimeoutError as error:
            broke = str(error)
        finally:
            await self._simulation.stop()
        return self._facts(broke)

    async def _talk(self, line: SimulatedChannel) -> None:
        for turn in BEFORE:
            await self._take(line, turn)
        await self._wait_for(HandedOff, lambda event: event.state == "back", "the agent")
        for turn in AFTER:
            await self._take(line, turn)
        await self._wait_for(Ended, lambda event: True, "the end of the call")

    async def _take(self, line: SimulatedChannel, turn: Turn) -> None:
        await self._wait_for(Saying, lambda event: turn.hears in event.text, turn.hears)
        if turn.whole:
            await self._wait_for(Said, lambda event: event.end == "finished", turn.hears)
        for key in turn.keys:
            await self._clock.sleep(0.3)
            line.press(key)
        if turn.keys:
            self._stage.caller(f"pressed {' '.join(turn.keys)}  ({turn.why})")

    async def _wait_for(
        self, kind: type[EventT], wanted: Callable[[EventT], bool], what: str
    ) -> None:
        end = self._clock.time() + 3 * PATIENCE
        while self._watch.find(kind, wanted) is None:
            if self._clock.time() > end:
                raise TimeoutError(f'"{what}" did not happen')
            await self._clock.sleep(0.1)

    def _facts(self, broke: str) -> list[Fact]:
        keys = [event.keys for event in self._watch.of(Pressed)]
        states = [event.state for event in self._watch.of(HandedOff)]
        payloads = [event.payload for event in self._watch.of(HandedOff) if event.payload]
        ended = [event.ended for event in self._watch.of(Ended)]
        expected = {"customer": "Ann Lee", "account": ACCOUNT, "reason": "balances"}
        return [
            Fact(not broke, f"every prompt was said{f', but {broke}' if broke else ''}"),
            Fact(keys == ["1", ACCOUNT, "1", "0", SCORE], f"keys were taken: {' '.join(keys)}"),
            Fact(states == ["queued", "called", "connected", "back"], f"queue: {states}"),
            Fact(payloads == [expected], f"the payload was handed over: {payloads}"),
            Fact(ended == ["flow"], f"the flow went to its end: {', '.join(ended)}"),
        ]
