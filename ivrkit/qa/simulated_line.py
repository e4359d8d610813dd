"""A line in the simulator: its time is virtual, its keys and prompts take none of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from ivrkit.call.channel import Arrival
from ivrkit.call.events import TraceEvent
from ivrkit.call.hearing import Hypothesis
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.engine.engine import Start
from ivrkit.engine.runner import BeforeStep
from ivrkit.qa.connectors import Site
from ivrkit.qa.diary import Diary
from ivrkit.qa.differing import Differs
from ivrkit.qa.given import Given
from ivrkit.qa.line import Listener
from ivrkit.qa.restarts import Restarts
from ivrkit.qa.script import Dial
from ivrkit.qa.simulation import PlayedClock, Simulation, Wording


@dataclass(frozen=True, slots=True)
class Scene:
    """What simulated calls are made of.

    ``clock`` makes a clock that begins at a time (None: when it likes). ``directory`` tells where
    a call begins, and raises IvrkitError when there is no such number or flow. ``ports`` are
    services of the site that answer in the simulator as they do in service, ``site`` tells of its
    connectors.
    """

    clock: Callable[[datetime | None], PlayedClock]
    prompts: Wording
    directory: Callable[[Dial], Start]
    ports: Mapping[type, object] = field(default_factory=dict)
    site: Site = field(default_factory=Site)


class SimulatedLine:
    """The :class:`~ivrkit.qa.line.Line` of a simulation."""

    patience = lag = 0.0

    def __init__(self, scene: Scene, given: Given, before_step: BeforeStep | None = None) -> None:
        self.clock = scene.clock(given.clock)
        self.simulation = Simulation(
            self.clock,
            scene.prompts,
            self._choose,
            given=given,
            site=scene.site,
            more=scene.ports,
            before_step=before_step,
        )
        self.restarts: Restarts | None = None
        self.diary = Diary(self.clock)
        self._directory = scene.directory
        self._start: Start | None = None
        self._channel: SimulatedChannel | None = None
        self._listener: Listener | None = None
        self.simulation.listen(self._tell)

    @property
    def missing(self) -> Sequence[str]:
        """What a flow needed and the script does not give."""
        failures = self.restarts.failures if self.restarts is not None else []
        return [*failures, *self.simulation.missing]

    @property
    def differences(self) -> Sequence[Differs]:
        """What was asked otherwise than the script says."""
        return self.simulation.differences

    @property
    def used(self) -> Mapping[str, int]:
        """How often each name that is given was used."""
        return self.simulation.used

    def player(self) -> AbstractContextManager[None]:
        """The player runs inside."""
        return self.clock.player()

    async def dial(self, dial: Dial, listener: Listener) -> None:
        """Place a call."""
        self._start = self._directory(dial)
        self._listener = listener
        self.diary.dialled(dial)
        await self.settle()
        self._channel = self.simulation.call(dial.number or dial.flow, dial.caller)

    async def press(self, keys: str) -> None:
        """Press keys in one go."""
        if self._channel is not None:
            self.diary.did(lambda line: line.press(keys))
            self._channel.press(keys)

    async def say(self, text: str, seconds: float, heard: Sequence[Hypothesis] = ()) -> None:
        """The caller begins to speak."""
        if self._channel is not None:
            self.diary.did(lambda line: line.say(text, seconds, heard))
            self._channel.speak(seconds, heard)

    async def hang_up(self) -> None:
        """The caller hangs up."""
        if self._channel is not None:
            self.diary.did(lambda line: line.hang_up())
            self._channel.hang_up_by_caller()

    async def settle(self) -> None:
        """Until everything that is due at this instant has happened."""
        await self.clock.sleep(0)

    def _choose(self, arrival: Arrival) -> Start | None:
        return self._start

    def _tell(self, event: TraceEvent) -> None:
        self.diary.heard(event)
        if self._listener is not None:
            self._listener(event)
