"""What the calls of a site ask of the world. Another kind of site (one on which scripts are played,
one that records a prompt by telephone) makes some of it otherwise."""

from __future__ import annotations

import logging

from ivrkit.call.channel import Arrival
from ivrkit.call.clock import Clock
from ivrkit.call.connecting import Connectors
from ivrkit.call.dialplan import Dialplan
from ivrkit.call.hearing import Recognition, Understanding
from ivrkit.call.memory import Memories
from ivrkit.call.messages import Messages
from ivrkit.call.opening import Calendars
from ivrkit.call.prompt import Prompts
from ivrkit.call.queues import Queues
from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.connectors.service import ConnectorService, Settings
from ivrkit.engine.call import Ports
from ivrkit.engine.clock import RealClock
from ivrkit.engine.engine import Start
from ivrkit.errors import CarrierError
from ivrkit.handoff import AsteriskDialplan, AsteriskQueues, Payloads
from ivrkit.prompts.service import PromptService
from ivrkit.service.configuration import Configuration
from ivrkit.service.flows import FlowService
from ivrkit.service.numbers import Numbers
from ivrkit.speech.service import SpeechService
from ivrkit.store import Store

LOG = logging.getLogger(__name__)


class SitePorts:
    """The services of a site, as its calls see them."""

    carrier: AriCarrier
    connectors: ConnectorService
    flows: FlowService
    prompts: PromptService
    speech: SpeechService
    store: Store

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self._numbers = Numbers(configuration)

    def ports(self, payloads: Payloads) -> Ports:
        """The services by the ports that steps ask for."""
        return {
            Prompts: self.prompts,
            Queues: self.make_queues(payloads),
            Dialplan: self.make_dialplan(),
            Memories: self.make_memories(),
            Calendars: Calendars(self.configuration.calendars),
            Messages: self.store.messages,
            Connectors: self.make_connectors(),
            Recognition: self.make_recognition(),
            Understanding: self.prompts.understanding,
        }

    def make_clock(self) -> Clock:
        """The clock by which calls run."""
        return RealClock()

    def make_queues(self, payloads: Payloads) -> Queues:
        """The queues of this site."""
        return AsteriskQueues(self.configuration.handoff, payloads, self.evaluate)

    def make_dialplan(self) -> Dialplan:
        """The parts of the dialplan that flows may run."""
        return AsteriskDialplan(self.configuration.dialplan)

    def make_memories(self) -> Memories:
        """What flows remember."""
        return self.store.memories

    def make_connectors(self) -> Connectors:
        """The systems outside."""
        return self.connectors

    def make_recognition(self) -> Recognition:
        """Who understands callers."""
        return self.speech

    def opened_connectors(self) -> Settings:
        """The settings of the connectors that are opened, by kind and name: of all there are."""
        return self.configuration.connectors.by_kind()

    def choose(self, arrival: Arrival) -> Start | None:
        """Which flow a call gets; None rejects it."""
        chosen = self._numbers.choose(arrival.number, arrival.arguments, self.flows.names())
        if chosen.note:
            LOG.warning("call to %r: %s", arrival.number, chosen.note)
        version = self.flows.version(chosen.flow) if chosen.flow is not None else None
        if version is None:
            return None
        tenant = self._numbers.tenant(arrival.number)
        return Start(version, chosen.section, chosen.values, tenant)

    async def evaluate(self, function: str) -> str | None:
        """A dialplan function that tells something about the whole Asterisk."""
        try:
            return await self.carrier.evaluate(function)
        except CarrierError as error:
            LOG.debug("%s: %s", function, error)
            return None
