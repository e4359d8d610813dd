"""A site without telephones: the engine, a simulated carrier and the stubs of its ports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ivrkit.call.clock import Clock
from ivrkit.call.connecting import Connectors
from ivrkit.call.dialplan import Dialplan
from ivrkit.call.events import TraceEvent
from ivrkit.call.hearing import Recognition, Understanding
from ivrkit.call.memory import Memories
from ivrkit.call.messages import Messages
from ivrkit.call.opening import Calendars
from ivrkit.call.prompt import Prompts
from ivrkit.call.queues import Queues
from ivrkit.channels.simulator.carrier import SimulatedCarrier
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.channels.simulator.recognition import SimulatedRecognition
from ivrkit.engine.engine import Choose, Engine, Observer
from ivrkit.engine.keeping import Keeper
from ivrkit.engine.runner import BeforeStep
from ivrkit.qa.connectors import ScriptedConnectors, Site
from ivrkit.qa.dialplan import ScriptedDialplan
from ivrkit.qa.differing import Differs
from ivrkit.qa.given import Given
from ivrkit.qa.memories import ScriptedMemories
from ivrkit.qa.messages import ScriptedMessages
from ivrkit.qa.stubs import StubQueues
from ivrkit.store import Sealer

Listener = Callable[[TraceEvent], None]
KEY = bytes(32)
"""Nothing of a simulated call is worth hiding; what would be sealed is sealed as in service."""
_SEALER = Sealer(KEY)


class PlayedClock(Clock, Protocol):
    """A clock whose time passes when everybody waits (``ivrkit.testing.VirtualClock``)."""

    def player(self) -> AbstractContextManager[None]:
        """Whoever plays the world around a call runs inside one of these."""

    def hold(self) -> AbstractContextManager[None]:
        """Time stands still inside."""

    def back_to(self, when: float) -> None:
        """It is earlier again."""


class Wording(Prompts, Protocol):
    """What is said, and who understands it in the same languages."""

    @property
    def understanding(self) -> Understanding: ...


class Forgetful:
    """A keeper that keeps nothing."""

    def describe(self, call_id: str, flow: str, version: str, channel: str) -> None: ...

    def save(self, call_id: str, capture: bytes) -> None: ...

    async def save_ahead(self, call_id: str, capture: bytes) -> None: ...

    def append(self, call_id: str, events: Sequence[TraceEvent]) -> None: ...

    def forget(self, call_id: str) -> None: ...


class Simulation:
    """One engine on one simulated carrier. ``listen`` is told of everything that is traced.

    ``choose`` tells which flow a call gets, as in service. ``site`` tells of its connectors,
    ``more`` are further ports, ``before_step`` may hold a call in front of a step.
    """

    def __init__(
        self,
        clock: PlayedClock,
        prompts: Wording,
        choose: Choose,
        *,
        given: Given | None = None,
        site: Site | None = None,
        more: Mapping[type, object] | None = None,
        before_step: BeforeStep | None = None,
    ) -> None:
        self.clock = clock
        self.carrier = SimulatedCarrier(clock)
        given = given or Given()
        self.queues = StubQueues(clock, given, lambda name: self.carrier.calls[name])
        self.dialplan = ScriptedDialplan(clock, given, lambda name: self.carrier.calls[name])
        self.connectors = ScriptedConnectors(given, site)
        self.memories = ScriptedMemories(given.memories)
        self.messages = ScriptedMessages()
        self.recognition = SimulatedRecognition(clock, lambda name: self.carrier.calls[name])
        self._choose = choose
        self._ports: dict[type, Any] = {
            Prompts: prompts,
            Queues: self.queues,
            Dialplan: self.dialplan,
            Connectors: self.connectors,
            Memories: self.memories,
            Calendars: Calendars(),
            Messages: self.messages,
            Recognition: self.recognition,
            Understanding: prompts.understanding,
            **(more or {}),
        }
        self._calls = 0
        self._listeners: list[Listener] = []
        self.engine = self.new_engine(Forgetful(), before_step)

    @property
    def missing(self) -> list[str]:
        """What a flow needed and the script does not give."""
        return [*self.queues.missing, *self.dialplan.missing, *self.connectors.missing]

    @property
    def differences(self) -> Sequence[Differs]:
        """What was asked otherwise than the script says."""
        return self.connectors.differences

    @property
    def used(self) -> Mapping[str, int]:
        """How often each name that is given was used."""
        return {**self.connectors.used, **self.queues.used, **self.dialplan.used}

    def new_engine(
        self,
        keeper: Keeper,
        before_step: BeforeStep | None = None,
        observer: Observer | None = None,
    ) -> Engine:
        """An engine for this site."""
        engine = Engine(
            clock=self.clock,
            keeper=keeper,
            choose=self._choose,
            ports=self._ports,
            sealer=_SEALER,
            observer=observer,
            new_id=self._new_id,
            before_step=before_step,
        )
        engine.subscribe(self._tell)
        return engine

    def give(self, given: Given) -> None:
        """From now on the services of the site answer like this."""
        self.queues.give(given)
        self.dialplan.give(given)
        self.connectors.give(given)
        self.memories.give(given.memories)

    async def start(self) -> None:
        """Begin to take calls."""
        await self.carrier.start(self.engine.receive)

    async def stop(self) -> None:
        """Let go of everything."""
        await self.engine.stop()
        await self.carrier.stop()

    def call(
        self, number: str, caller: str = "", arguments: tuple[str, ...] = ()
    ) -> SimulatedChannel:
        """A call comes in."""
        return self.carrier.call(number, caller, arguments=arguments)

    def forget_call(self) -> None:
        """Nobody knows of the last call any more: its id is that of the next."""
        self._calls -= 1

    def listen(self, listener: Listener) -> None:
        """Be told of every trace event from now on."""
        self._listeners.append(listener)

    def _new_id(self) -> str:
        self._calls += 1
        return f"call-{self._calls}"

    def _tell(self, call_id: str, event: TraceEvent) -> None:
        for listener in self._listeners:
            listener(event)
