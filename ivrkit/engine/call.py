"""The running call: the eight members, put together."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar, cast

from ivrkit.call.channel import (
    Capability,
    Channel,
    ChannelEvent,
    Located,
    RecordingForm,
    Rejection,
)
from ivrkit.call.clock import Clock
from ivrkit.call.events import HandedOff, TraceEvent
from ivrkit.call.hearing import Recognition
from ivrkit.call.prompt import Media, Played, Prompt, Prompts
from ivrkit.engine.asking import Collector
from ivrkit.engine.hearing import Ears
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.offering import EntrySets
from ivrkit.engine.playing import Speaker
from ivrkit.engine.session import LiveSession
from ivrkit.errors import NotAvailable

PortT = TypeVar("PortT")
EventT = TypeVar("EventT", bound=ChannelEvent)
Ports = Mapping[type, object]
"""The services of a site, by their port."""


class LiveChannel:
    """A call's own view of its channel: commands pass through, events come from the mailbox.

    What the session must remember (that the call was answered) is noted on the way.
    """

    __slots__ = ("_channel", "_clock", "_mailbox", "_session")

    def __init__(
        self, channel: Channel, mailbox: Mailbox, session: LiveSession, clock: Clock
    ) -> None:
        self._channel = channel
        self._mailbox = mailbox
        self._session = session
        self._clock = clock

    @property
    def id(self) -> str:
        return self._channel.id

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._channel.capabilities

    @property
    def answered(self) -> bool:
        """True once the call has been answered, by this flow or before it."""
        return self._session.state.answered

    async def receive(self, *kinds: type[EventT], until: float | None = None) -> EventT | None:
        """The next event of one of these kinds; None when the clock reaches ``until``."""
        mailbox = self._mailbox
        while True:
            mailbox.check()
            event = mailbox.take(kinds)
            if event is not None:
                return cast(EventT, event)
            if not await mailbox.wait(until):
                mailbox.check()
                if until is not None and self._clock.time() >= until:
                    return None

    async def answer(self) -> None:
        if self.answered:
            return
        await self._channel.answer()
        state = self._session.state
        state.answered = True
        state.answered_at = self._clock.now().isoformat()

    async def ring(self) -> None:
        await self._channel.ring()

    async def reject(self, reason: Rejection) -> None:
        await self._channel.reject(reason)

    async def hang_up(self, cause: int = 16) -> None:
        await self._channel.hang_up(cause)

    async def play(self, playback: str, media: Sequence[Media]) -> None:
        await self._channel.play(playback, media)

    async def stop(self, playback: str) -> None:
        await self._channel.stop(playback)

    async def record(self, recording: str, form: RecordingForm) -> None:
        await self._channel.record(recording, form)

    async def stop_recording(self, recording: str) -> None:
        await self._channel.stop_recording(recording)

    async def recorded(self, recording: str) -> bytes | None:
        return await self._channel.recorded(recording)

    async def erase_recording(self, recording: str) -> None:
        await self._channel.erase_recording(recording)

    async def tap(self, tap: str, take: Callable[[bytes], None], rate: int = 8000) -> None:
        await self._channel.tap(tap, take, rate)

    async def untap(self, tap: str) -> None:
        await self._channel.untap(tap)

    async def start_music(self, name: str = "default") -> None:
        await self._channel.start_music(name)

    async def stop_music(self) -> None:
        await self._channel.stop_music()

    async def variable(self, name: str) -> str | None:
        return await self._channel.variable(name)

    async def set_variables(self, variables: Mapping[str, str]) -> None:
        await self._channel.set_variables(variables)

    async def subscribe(self) -> None:
        await self._channel.subscribe()

    async def unsubscribe(self) -> None:
        await self._channel.unsubscribe()

    async def leave(
        self, context: str | None = None, extension: str = "s", priority: int = 1
    ) -> None:
        await self._channel.leave(context, extension, priority)

    async def locate(self) -> Located:
        return await self._channel.locate()


class LiveCall:
    """One call as steps see it; see :class:`ivrkit.call.call.Call`."""

    def __init__(
        self,
        *,
        channel: Channel,
        session: LiveSession,
        mailbox: Mailbox,
        clock: Clock,
        ports: Ports,
        sets: EntrySets,
        sink: Callable[[str, TraceEvent], None],
        save: Callable[[], None],
    ) -> None:
        self.id = session.state.call
        self.clock = clock
        self.session = session
        self.channel = LiveChannel(channel, mailbox, session, clock)
        self._ports = ports
        self._sink = sink
        self._save = save
        prompts = self.use(Prompts)  # type: ignore[type-abstract]
        self._speaker = Speaker(
            channel=channel,
            mailbox=mailbox,
            session=session,
            clock=clock,
            prompts=prompts,
            name=self.operation,
            trace=self.trace,
            save=save,
        )
        self.keys = Collector(
            mailbox=mailbox,
            session=session,
            speaker=self._speaker,
            prompts=prompts,
            clock=clock,
            trace=self.trace,
            sets=sets,
            ears=Ears(
                cast(Recognition | None, ports.get(Recognition)),
                channel,
                session=session,
                clock=clock,
                name=self.operation,
                trace=self.trace,
                save=save,
            ),
        )

    def say(self, prompt: Prompt, *, barge_in: bool = True) -> Coroutine[Any, Any, Played]:
        """Say a prompt."""
        return self._speaker.say((prompt,), barge_in=barge_in)

    def trace(self, event: TraceEvent) -> None:
        """Tell that something happened: the time is set here."""
        state = self.session.state
        # In whole milliseconds: round() takes three times as long, and is asked for every event.
        event.at = int((self.clock.time() - state.started) * 1000 + 0.5) / 1000
        if event.__class__ is HandedOff:
            assert isinstance(event, HandedOff)
            state.with_agent = event.state == "connected"
            self._save()  # nothing else saves while the call is in other hands
        self._sink(self.id, event)

    def use(self, port: type[PortT]) -> PortT:
        """The service behind a port. Raises NotAvailable when this site has none."""
        service: Any = self._ports.get(port)
        if service is None:
            raise NotAvailable(
                f"this site has no {port.__name__}", hint="configure it in ivrkit.yaml"
            )
        return cast(PortT, service)

    def operation(self) -> str:
        """The next id for something given to the carrier: ``<call>.<n>``. Whoever knows the call
        and about how many there were can name the last of them: an engine that takes it up."""
        state = self.session.state
        state.operations += 1
        return f"{state.call}.{state.operations}"
