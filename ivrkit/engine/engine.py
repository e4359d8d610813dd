"""The engine of a site: calls come in, are run, and are taken up again after a restart."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from structlog.contextvars import bind_contextvars

from ivrkit.call.channel import Arrival, Channel, ChannelEvent, Deliver, Rejection, SentBack
from ivrkit.call.clock import Clock
from ivrkit.call.events import Arrived, Ended, Interruption, Resumed, TraceEvent
from ivrkit.engine.admission import Admission
from ivrkit.engine.call import LiveCall, Ports
from ivrkit.engine.interrupts import Restart
from ivrkit.engine.keeping import Keeper
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.offering import sets_of
from ivrkit.engine.runner import BeforeStep, Runner
from ivrkit.engine.saving import Capture, channels_of
from ivrkit.engine.session import LiveSession, flow_frame
from ivrkit.engine.stack import Stack
from ivrkit.engine.state import SessionState
from ivrkit.engine.values import Sealer, Seals
from ivrkit.errors import CarrierError, IvrkitError
from ivrkit.expressions.values import Value
from ivrkit.flow.model import FlowVersion
from ivrkit.input.buffer import TypeAhead

LOG = logging.getLogger(__name__)

MAX_CALL_SECONDS = 3600.0
HAND_OVER_SECONDS = 5.0
"""How long writes may go on in an engine that stops: another one that wants to take over asks every
2 s and takes the calls after 10 s."""
UNALLOCATED = 1
"""Q.850: unallocated (unassigned) number; SIP says 404."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a call begins: a version in service, its section and the values of its params; and
    whose it is, if anybody's."""

    version: FlowVersion
    section: str = "main"
    arguments: Mapping[str, Value] = field(default_factory=dict)
    tenant: str = ""


Choose = Callable[[Arrival], Start | None]
"""Which flow a call gets; None rejects it."""


class Observer(Protocol):
    """Is told of the beginning and the end of calls (records, metrics)."""

    def opened(self, state: SessionState) -> None: ...

    def closed(self, state: SessionState) -> None: ...


Listener = Callable[[str, TraceEvent], None]


class Engine:
    """Runs the calls of one Asterisk application.

    ``receive`` is what a carrier calls for each new call; ``admission`` decides whether there is
    room for it. ``new_id`` makes call ids (random by default; scripts count).
    """

    def __init__(
        self,
        *,
        clock: Clock,
        keeper: Keeper,
        choose: Choose,
        ports: Ports,
        sealer: Sealer,
        observer: Observer | None = None,
        admission: Admission | None = None,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
        before_step: BeforeStep | None = None,
        max_call: float = MAX_CALL_SECONDS,
    ) -> None:
        self.clock = clock
        self.keeper = keeper
        self.choose = choose
        self.ports = ports
        self.sealer = sealer
        self.observer = observer
        self.admission = admission or Admission(clock)
        self._new_id = new_id
        self._before_step = before_step
        self._max_call = max_call
        self._capture = Capture(sealer)
        self._runners: dict[str, Runner] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._standing: dict[str, tuple[Runner, Channel]] = {}
        self._stands = False
        self._hands_over = False
        self._listeners: list[tuple[Listener, tuple[type[TraceEvent], ...]]] = []
        self._hearing: dict[type[TraceEvent], tuple[Listener, ...]] = {}
        self._expected: frozenset[str] = frozenset()
        self._writing: set[str] = set()
        self._written: asyncio.Future[None] | None = None

    # ---- calls -------------------------------------------------------------------------------

    def receive(self, arrival: Arrival) -> Deliver | Rejection | SentBack:
        """Take a new call: the answer takes its events. It is sent back where there is no room for
        it, or it cannot be begun; and rejected where nobody has this number."""
        if self._stands or arrival.channel.id in self._expected:
            return _unheard
        refused = self.admission.refuse(len(self._tasks))
        if refused is not None:
            return refused
        start = self.choose(arrival)
        if start is None:
            self.admission.refused["unknown_number"] += 1
            return Rejection(UNALLOCATED)
        try:
            state = self._begin(arrival, start)
        except IvrkitError as error:
            LOG.error(
                "call to %s cannot begin in %s: %s", arrival.number, start.version.name, error
            )
            self.admission.refused["failed"] += 1
            return SentBack.BUSY
        mailbox = Mailbox(self.clock, TypeAhead())
        self._spawn(
            arrival.channel,
            state,
            mailbox,
            start.version,
            Arrived(
                caller=state.caller,
                number=state.number,
                flow=state.flow,
                version=state.version,
                channel=state.channel,
            ),
        )
        # Before its record: without a session that would stay open for ever, should the engine die
        # now. Nothing of the call has run yet.
        self.keeper.save(state.call, self._capture(state, mailbox.buffer))
        if self.observer is not None:
            self.observer.opened(state)
        return mailbox.put

    def expect(self, sessions: Iterable[tuple[str, bytes]]) -> None:
        """These captured calls are about to be taken up. One whose channel comes back before that
        is no new call: where it is then is asked."""
        self._expected = frozenset(channels_of(sessions))

    def resume(
        self, channel: Channel, state: SessionState, mailbox: Mailbox, version: FlowVersion
    ) -> None:
        """Go on with a captured call on its channel."""
        resumed = Resumed(
            path=state.frames[-1].position if state.frames else "",
            flow=state.flow,
            version=state.version,
            number=state.number,
        )
        self._spawn(channel, state, mailbox, version, resumed)

    def _begin(self, arrival: Arrival, start: Start) -> SessionState:
        flow = start.version.flow
        now = arrival.arrived or self.clock.now()
        longest = self._max_call if flow.max_call is None else flow.max_call.total_seconds()
        call = self._new_id()
        frame = flow_frame(flow, start.section, start.arguments, Seals(self.sealer, call))
        return SessionState(
            call=call,
            channel=arrival.channel.id,
            flow=start.version.name,
            version=start.version.hash,
            caller=arrival.caller,
            number=arrival.number,
            arrived=now.isoformat(),
            started=self.clock.time(),
            frames=[frame],
            language=flow.language,
            answered=arrival.answered,
            answered_at=now.isoformat() if arrival.answered else "",
            limit=self.clock.time() + longest,
            tenant=start.tenant,
        )

    def _spawn(
        self,
        channel: Channel,
        state: SessionState,
        mailbox: Mailbox,
        version: FlowVersion,
        first: TraceEvent,
    ) -> None:
        self.keeper.describe(state.call, state.flow, state.version, state.channel)
        runner = self._runner(channel, state, mailbox, version)
        self._runners[state.call] = runner
        runner.call.trace(first)
        task = asyncio.create_task(self._run(runner, channel), name=f"call {state.call}")
        self._tasks[state.call] = task

    def _runner(
        self, channel: Channel, state: SessionState, mailbox: Mailbox, version: FlowVersion
    ) -> Runner:
        # In other hands the time does not count, also while nobody had an eye on it.
        mailbox.limit = state.limit if state.away_since is None else None
        traced: list[LiveCall] = []
        session = LiveSession(
            state,
            Stack(version, state.frames),
            self.clock,
            Seals(self.sealer, state.call),
            lambda event: traced[0].trace(event),
        )
        call = LiveCall(
            channel=channel,
            session=session,
            mailbox=mailbox,
            clock=self.clock,
            ports=self.ports,
            sets=sets_of(version.hash),
            sink=self._sink,
            save=lambda: self.keeper.save(state.call, self._capture(state, mailbox.buffer)),
        )
        traced.append(call)
        mailbox.on_gap = lambda seconds: call.trace(Interruption(seconds=seconds))
        runner = Runner(call, mailbox, self.keeper, self._capture, self._before_step)
        runner.holds = self._hands_over
        return runner

    async def _run(self, runner: Runner, channel: Channel) -> None:
        state = runner.state
        bind_contextvars(call=state.call)  # every line of the log that is written for it
        try:
            with self.clock.participant():
                ended = await runner.run()
                if state.left_in_dialplan and ended == "flow" and runner.mailbox.hung_up is None:
                    await self._leave(channel)
        except Restart:
            self._left(runner, channel)
            return
        except asyncio.CancelledError:
            self._left(runner, channel)
            raise
        except Exception:
            LOG.exception("call %s broke down", state.call)
            state.ended = "error"
            await self._hang_up(channel)
        finally:
            self._runners.pop(state.call, None)
            self._tasks.pop(state.call, None)
            self._has_left(state.call)
        self.close(runner)

    def _left(self, runner: Runner, channel: Channel) -> None:
        """A call was broken off where it is: another engine goes on with it."""
        if runner.holds:
            frames = runner.stack.frames
            if frames and frames[-1].entry is not None:  # else it stands between two steps
                runner.call.keys.give_back()
            self._standing[runner.state.call] = runner, channel

    def _has_left(self, call: str) -> None:
        """The task of a call has ended: perhaps it is waited for."""
        self._writing.discard(call)
        if self._written is not None and not self._writing and not self._written.done():
            self._written.set_result(None)

    def close(self, runner: Runner) -> None:
        """The call is over: its record is closed, its capture goes."""
        state = runner.state
        runner.call.trace(Ended(ended=state.ended, path=" > ".join(state.path)))
        runner.mailbox.on_gap = lambda seconds: None  # nobody's, if the carrier still knows it
        if self.observer is not None:
            self.observer.closed(state)
        self.keeper.forget(state.call)

    async def _leave(self, channel: Channel) -> None:
        try:
            await channel.leave()
        except CarrierError as error:
            LOG.info("the call could not go on in the dialplan: %s", error)

    async def _hang_up(self, channel: Channel) -> None:
        try:
            await channel.hang_up()
        except IvrkitError as error:
            LOG.warning("a broken call could not be hung up: %s", error)

    # ---- watching ----------------------------------------------------------------------------

    def _sink(self, call_id: str, event: TraceEvent) -> None:
        self.keeper.append(call_id, (event,))
        listeners = self._hearing.get(event.__class__)
        if listeners is None:
            listeners = self._listening(event.__class__)
        for listener in listeners:
            listener(call_id, event)

    def subscribe(
        self, listener: Listener, kinds: Iterable[type[TraceEvent]] = (TraceEvent,)
    ) -> Callable[[], None]:
        """Be told of every trace event of these kinds; the answer ends it."""
        subscription = listener, tuple(kinds)
        self._listeners.append(subscription)
        self._hearing.clear()

        def end() -> None:
            self._listeners.remove(subscription)
            self._hearing.clear()

        return end

    def _listening(self, kind: type[TraceEvent]) -> tuple[Listener, ...]:
        """Who is told of events of a kind; asked once for each, because there are many events."""
        found = tuple(each for each, kinds in self._listeners if issubclass(kind, kinds))
        self._hearing[kind] = found
        return found

    def live(self) -> Mapping[str, Runner]:
        """The calls in progress."""
        return self._runners

    def task(self, call_id: str) -> asyncio.Task[None] | None:
        """The task of a call in progress."""
        return self._tasks.get(call_id)

    async def wait_empty(self) -> None:
        """Wait until no call is in progress."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def finish_writes(self) -> None:
        """Let calls come to where another engine can go on with them. What may not be done twice
        and is under way is let finish, for ``HAND_OVER_SECONDS`` at the most, and what came of it
        is saved; nothing of the kind is begun any more. All else goes on meanwhile."""
        self._hands_over = True
        for runner in self._runners.values():
            runner.holds = True
            runner.leaves = runner.writes
        self._writing = {call for call, runner in self._runners.items() if runner.writes}
        if self._writing:
            self._written = asyncio.get_running_loop().create_future()
            await self.clock.park(self._written, self.clock.time() + HAND_OVER_SECONDS)

    async def stand_still(self) -> None:
        """Break all calls off where they are. Their mailboxes take what comes; new calls are left
        to the next engine."""
        self._stands = True
        for runner in self._runners.values():
            runner.holds = True
        await self.stop()

    def save_standing(self) -> None:
        """Save the calls that stand still, with all that has come for them."""
        for runner, _ in self._standing.values():
            self.keeper.save(runner.state.call, self._capture(runner.state, runner.mailbox.buffer))

    def take_standing(self) -> Mapping[str, tuple[Runner, Channel]]:
        """The calls that stand still, to go on with them here; new calls are taken again."""
        standing, self._standing = self._standing, {}
        self._stands = self._hands_over = False
        return standing

    async def stop(self) -> None:
        """Let go of all calls where they are: their captures stay, another engine takes them up."""
        self.admission.draining = self.admission.draining or not self._stands
        for runner in self._runners.values():
            runner.leaves = True  # whatever else becomes of it when it is broken off
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _unheard(event: ChannelEvent) -> None:
    """Events of a call that is about to be taken up: whoever does asks where it is."""
