"""Queues kept by Asterisk's own ``Queue()``.

The call leaves our application for the shipped dialplan, which runs ``Queue(…,c…)`` and brings it
back. Meanwhile its channel is subscribed to: ``Dial`` says who is called and who answers, and the
hang-up is reported. How it ended is read from the channel's variables.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivrkit.call.call import Call
from ivrkit.call.channel import Capability, ChannelLocation, PartyProgress, Returned
from ivrkit.call.events import HandedOff
from ivrkit.call.queues import QueueExit, QueueFigures, QueueRequest, QueueResult, TicketState
from ivrkit.errors import CarrierError
from ivrkit.handoff.figures import Evaluate, Figures
from ivrkit.handoff.leaving import forget_earlier, is_back
from ivrkit.handoff.payloads import Document, Payloads
from ivrkit.handoff.settings import HandoffSettings
from ivrkit.handoff.variables import EXITS, HANDOFF, RESULT, STATUS, TICKET, on_entering

logger = logging.getLogger("ivrkit.handoff")

CONTEXT: Final = "ivrkit-queue"
"""The context of the shipped dialplan that runs ``Queue()``."""


@dataclass(slots=True)
class Ticket:
    """A caller's place in a queue, as far as this engine has seen it."""

    queue: str
    handoff: str
    document: Document | None
    entered: float
    state: TicketState = TicketState.ENTERED
    connected: float | None = None


class AsteriskQueues:
    """The port ``Queues`` on one Asterisk. ``evaluate`` reads a dialplan function there."""

    def __init__(self, settings: HandoffSettings, payloads: Payloads, evaluate: Evaluate) -> None:
        self._settings = settings
        self._payloads = payloads
        self._figures = Figures(evaluate)

    async def figures(self, name: str) -> QueueFigures:
        """The queue's live figures, at most a second old. Raises HandoffError."""
        return await self._figures.of(self._settings.queue(name).asterisk)

    async def hand_off(self, call: Call, request: QueueRequest, *, resumed: bool) -> QueueResult:
        """Put the call into a queue and wait until it is back. Raises HandoffError for a queue or
        a payload that cannot be, and CarrierError."""
        if resumed and await call.channel.variable(TICKET) == request.ticket:
            ticket = await self._take_up(call, request)
        else:
            ticket = await self._enter(call, request)
        while not await is_back(call):
            await self._follow(call, ticket)
        ticket.state = TicketState.LEFT
        result = await self._result(call, ticket)
        with contextlib.suppress(CarrierError):
            await call.channel.unsubscribe()
        call.trace(
            HandedOff(
                state="back",
                queue=request.name,
                handoff=ticket.handoff,
                party=result.agent,
                result=result.exit.value,
            )
        )
        return result

    async def _enter(self, call: Call, request: QueueRequest) -> Ticket:
        """Give the call its payload and send it off."""
        channel = call.channel
        if (await channel.locate()).where is ChannelLocation.ELSEWHERE:
            raise CarrierError("the call is in other hands already")
        queue = self._settings.queue(request.name)
        inheritable = Capability.INHERITABLE_HEADERS in channel.capabilities
        # Refused fields are refused before anything is stored.
        on_entering(request, queue, "", inheritable=inheritable)
        document = await self._payloads.make(call.id, request)
        again = bool(await channel.variable(TICKET))
        await channel.set_variables(
            on_entering(request, queue, document.id, inheritable=inheritable, again=again)
        )
        await channel.subscribe()
        call.trace(
            HandedOff(
                state="queued",
                queue=request.name,
                handoff=document.id,
                payload=dict(request.payload),
            )
        )
        ticket = Ticket(request.name, document.id, document, call.clock.time())
        await forget_earlier(call)
        await channel.leave(CONTEXT)
        await self._follow(call, ticket)
        return ticket

    async def _take_up(self, call: Call, request: QueueRequest) -> Ticket:
        """Another engine has sent it off, or was about to."""
        channel = call.channel
        handoff = await channel.variable(HANDOFF) or ""
        ticket = Ticket(request.name, handoff, None, call.clock.time())
        # Subscribed first: if it comes back between the question and its answer, that is reported.
        await channel.subscribe()
        here = (await channel.locate()).where is ChannelLocation.HERE
        if here and not await channel.variable(STATUS):
            await channel.unsubscribe()
            return await self._enter(call, request)
        return ticket

    async def _follow(self, call: Call, ticket: Ticket) -> None:
        """Watch until the call returns, and tell who is called and who answers."""
        while True:
            event = await call.channel.receive(Returned, PartyProgress)
            if isinstance(event, Returned):
                return
            if isinstance(event, PartyProgress):
                await self._progress(call, ticket, event)

    async def _progress(self, call: Call, ticket: Ticket, event: PartyProgress) -> None:
        state = "not_answered" if event.state == "busy" else event.state
        if state not in ("called", "connected", "not_answered"):
            return
        if state == "connected":
            ticket.state, ticket.connected = TicketState.CONNECTED, call.clock.time()
        elif ticket.state is not TicketState.CONNECTED:
            called = state == "called"
            ticket.state = TicketState.CALLED if called else TicketState.ENTERED
        call.trace(
            HandedOff(state=state, queue=ticket.queue, handoff=ticket.handoff, party=event.party)
        )
        if state != "not_answered":
            await self._payloads.tell(state, ticket.handoff, event.party, ticket.document)

    async def _result(self, call: Call, ticket: Ticket) -> QueueResult:
        """What the dialplan has left on the channel."""
        read = call.channel.variable
        status = await read(STATUS) or ""
        exit_ = EXITS.get(status, QueueExit.FAILED)
        if exit_ is QueueExit.FAILED:
            logger.error("queue %s: QUEUESTATUS is '%s'", ticket.queue, status)
        answered = exit_ is QueueExit.ANSWERED
        names = ("QUEUEWAIT_MS", "QUEUEWAIT", "ANSWEREDTIME_MS", "ANSWEREDTIME")
        times = {name: await read(name) or "" for name in names}
        now = call.clock.time()
        # An Asterisk before 2026 does not say: then it is what this engine has seen itself.
        seen_wait = (ticket.connected or now) - ticket.entered
        seen_talk = now - ticket.connected if ticket.connected is not None else 0.0
        return QueueResult(
            exit_,
            agent=(await read("MEMBERINTERFACE") or "") if answered else "",
            talk_time=_seconds(times, "ANSWEREDTIME", seen_talk) if answered else 0.0,
            wait=_seconds(times, "QUEUEWAIT", seen_wait),
            result=(await read(RESULT) or "") if answered else "",
            handoff=ticket.handoff,
        )


def _seconds(times: Mapping[str, str], name: str, otherwise: float) -> float:
    """A time in milliseconds if there is one, else in seconds, else what was seen."""
    if times[f"{name}_MS"].isdecimal():
        return int(times[f"{name}_MS"]) / 1000
    return float(times[name]) if times[name].isdecimal() else otherwise
