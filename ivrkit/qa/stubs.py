"""Ports of the simulator: what a service would do, as the script gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ivrkit.call.call import Call
from ivrkit.call.channel import ChannelLocation, PartyProgress, Returned
from ivrkit.call.clock import Clock
from ivrkit.call.events import HandedOff
from ivrkit.call.queues import QueueExit, QueueFigures, QueueRequest, QueueResult
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.errors import ChannelGone
from ivrkit.qa.given import Given, QueueUse
from ivrkit.qa.uses import Uses

CONTEXT = "ivrkit-queue"
ANSWERED_AFTER, RINGING = 5.0, 2.0
"""Seconds until an agent answers where nothing is given, and how long the agent's phone rings."""
TIMEOUT = 60.0
"""When a given timeout comes where neither script nor flow says it."""
_AT_ONCE = frozenset({QueueExit.FULL, QueueExit.UNSTAFFED, QueueExit.FAILED})


@dataclass(slots=True)
class _Ticket:
    use: QueueUse
    handoff: str
    wait: float = 0.0
    told: bool = False
    in_queue: bool = False


class StubQueues:
    """The port :class:`~ivrkit.call.queues.Queues` as a script gives it.

    It is the queue's world, not the engine's: tickets outlive a restart. The call leaves our
    application and comes back as with a real queue. ``requests`` are in order; ``missing`` names
    what a flow needed and the script does not give.
    """

    def __init__(
        self, clock: Clock, given: Given, channel: Callable[[str], SimulatedChannel]
    ) -> None:
        self._clock = clock
        self._given = given
        self._channel = channel
        self._tickets: dict[str, _Ticket] = {}
        self._uses = Uses()
        self.requests: list[QueueRequest] = []
        self.missing = self._uses.missing

    @property
    def used(self) -> Mapping[str, int]:
        """How often each queue that is given was used, as ``queue.service``."""
        asked = Counter(each.name for each in self.requests)
        return {f"queue.{name}": asked[name] for name in self._given.queues}

    def give(self, given: Given) -> None:
        """From now on what comes of the queues is this; lists begin anew."""
        self._given = given
        self._uses.begin_anew()

    async def hand_off(self, call: Call, request: QueueRequest, *, resumed: bool) -> QueueResult:
        """Put the call into the queue and wait until it is back."""
        ticket = self._tickets.get(request.ticket) or self._new_ticket(request)
        if not ticket.in_queue:
            await self._enter(call, request, ticket)
        while (where := (await call.channel.locate()).where) is ChannelLocation.ELSEWHERE:
            event = await call.channel.receive(Returned, PartyProgress)
            if isinstance(event, PartyProgress):
                self._trace(call, request, ticket, event.state, event.party)
        if where is ChannelLocation.GONE:
            raise ChannelGone("the caller has hung up in the queue")
        use = ticket.use
        answered = use.exit is QueueExit.ANSWERED
        agent = use.agent if answered else ""
        self._trace(call, request, ticket, "back", agent, use.exit.value)
        return QueueResult(
            use.exit,
            agent=agent,
            talk_time=use.talk if answered else 0.0,
            wait=ticket.wait,
            result=use.result if answered else "",
            handoff=ticket.handoff,
        )

    async def figures(self, name: str) -> QueueFigures:
        """The figures that the script gives. Raises HandoffError where it gives none."""
        found = self._given.figures.get(name)
        if found is None:
            raise self._uses.lacks(
                f"the figures of the queue '{name}'",
                f"add `queues.{name}: {{waiting: 0, ready: 1, staffed: 1, wait: 0s}}` to given:",
            )
        return found

    # ---- inside --------------------------------------------------------------------------------

    def _new_ticket(self, request: QueueRequest) -> _Ticket:
        use = self._use(request.name)
        ticket = _Ticket(use, f"handoff-{len(self._tickets) + 1}")
        self._tickets[request.ticket] = ticket
        self.requests.append(request)
        return ticket

    async def _enter(self, call: Call, request: QueueRequest, ticket: _Ticket) -> None:
        """Into the queue: with all of it that an engine has not done which died meanwhile."""
        if not ticket.told:
            call.trace(
                HandedOff(
                    state="queued",
                    queue=request.name,
                    handoff=ticket.handoff,
                    payload=dict(request.payload),
                )
            )
            ticket.told = True
        if (await call.channel.locate()).where is not ChannelLocation.ELSEWHERE:
            await call.channel.subscribe()
            await call.channel.leave(CONTEXT)
        ticket.in_queue = True
        self._arrange(self._channel(call.channel.id), request, ticket)

    def _arrange(self, channel: SimulatedChannel, request: QueueRequest, ticket: _Ticket) -> None:
        """Let happen what is given: an agent is called, answers and hangs up; or nobody does."""
        use, now, limit = ticket.use, self._clock.time(), request.timeout
        if use.exit is not QueueExit.ANSWERED:
            usual = 0.0 if use.exit in _AT_ONCE else TIMEOUT if limit is None else limit
            ticket.wait = usual if use.after is None else use.after
            self._clock.at(now + ticket.wait, channel.come_back)
            return
        ticket.wait = ANSWERED_AFTER if use.after is None else use.after
        if limit is not None and limit < ticket.wait:
            ticket.use, ticket.wait = QueueUse(QueueExit.TIMEOUT), limit
            self._clock.at(now + limit, channel.come_back)
            return
        answered = now + ticket.wait
        ringing = max(now, answered - RINGING)
        self._clock.at(ringing, lambda: channel.progress("called", use.agent))
        self._clock.at(answered, lambda: channel.progress("connected", use.agent))
        self._clock.at(answered + use.talk, channel.come_back)

    def _use(self, name: str) -> QueueUse:
        given = self._given.queues.get(name, QueueUse())
        return self._uses.next(given, name, f"the queue '{name}'", f"queue.{name}")

    def _trace(
        self,
        call: Call,
        request: QueueRequest,
        ticket: _Ticket,
        state: str,
        party: str,
        result: str = "",
    ) -> None:
        call.trace(
            HandedOff(
                state=state,
                queue=request.name,
                handoff=ticket.handoff,
                party=party,
                result=result,
            )
        )
