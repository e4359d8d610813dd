"""Carries calls through Asterisk: finds out whose event it is and hands it over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Mapping
from typing import Any

from ivrkit.call.channel import (
    Arrival,
    Capability,
    ChannelLocation,
    Deliver,
    Located,
    Receive,
    Rejection,
    SentBack,
)
from ivrkit.call.prompt import Media
from ivrkit.channels.ari import routing
from ivrkit.channels.ari.audio.parts import is_part
from ivrkit.channels.ari.audio.taps import Taps
from ivrkit.channels.ari.channel import AriChannel, Check
from ivrkit.channels.ari.client import AriClient
from ivrkit.channels.ari.events import Handled
from ivrkit.channels.ari.gap import Resync
from ivrkit.channels.ari.generated.channels import Channel
from ivrkit.channels.ari.held import Held
from ivrkit.channels.ari.places import arrived, located
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.channels.ari.timings import Timings
from ivrkit.errors import CarrierError, CarrierUnavailable, ChannelGone

logger = logging.getLogger("ivrkit.ari")

ABILITIES = frozenset({Capability.EARLY_MEDIA, Capability.QUEUE, Capability.INTERRUPT})
STATUS = "IVRKIT_STATUS"


class AriCarrier:
    """One Asterisk. ``uri`` turns a sound file into the name under which Asterisk reads it;
    ``owns`` says whether the application name belongs to this engine, ``contested`` is told when
    somebody else has connected under it."""

    def __init__(
        self,
        settings: AriSettings,
        uri: Callable[[Media], str],
        *,
        timings: Timings | None = None,
        owns: Callable[[], bool] = lambda: True,
        contested: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self.client = AriClient(
            settings, on_event=self._event, on_ready=self._ready, timings=timings, owns=owns
        )
        self._owns = owns
        self._contested = contested
        self._uri = uri
        self._receive: Receive | None = None
        self._started = False
        self._held: Held | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.taps = Taps(self.client, self.spawn)
        self._places: dict[str, Located] = {}
        self.channels_by_id: dict[str, AriChannel] = {}
        self.channels_by_playback: dict[str, AriChannel] = {}

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this Asterisk can do, once the carrier is started."""
        abilities = set(ABILITIES)
        allowed = self.settings.inheritable_headers == "auto"
        if allowed and self.client.version.inheritable_headers:
            abilities.add(Capability.INHERITABLE_HEADERS)
        if self.taps.choice.transport is not None:
            abilities.add(Capability.LISTEN)
        return frozenset(abilities)

    async def start(self, receive: Receive, *, hold: bool = False) -> None:
        """Connect and begin to report calls. With ``hold`` the events of calls that nobody has
        here are kept until they are adopted, or :meth:`release`. Raises CarrierUnavailable with
        the remedy."""
        self._receive = receive
        self._held = Held(self._route) if hold else None
        await self.client.start()
        try:
            await self.taps.choose()
        except BaseException:
            await self.client.stop()
            raise
        self._started = True
        self.spawn(self.taps.compare())

    async def stop(self) -> None:
        """Stop reporting; calls in progress stay where they are."""
        self._receive = None
        self._started = False
        await self.taps.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for channel in self.channels_by_id.values():
            channel.playbacks.forget()
            channel.recordings.forget()
        self.channels_by_id.clear()
        self.channels_by_playback.clear()
        await self.client.stop()

    async def channels(self) -> Mapping[str, Located]:
        """The channels that our application is subscribed to, with their places, without those of
        taps. Half a Local channel may be among them: it is somewhere else, and nobody's call."""
        application = await self.client.subscribed()
        if application is None or not application.channel_ids:
            return {}
        there = {channel.id: channel for channel in await self.client.channels()}
        self._places = {
            name: located(there.get(name), self.settings.application)
            for name in application.channel_ids
            if not is_part(name)
        }
        return dict(self._places)

    def adopt(self, channel_id: str, deliver: Deliver) -> AriChannel:
        """The channel of a session that another engine process began, at the place where
        :meth:`channels` has last seen it."""
        channel = self._register(channel_id, deliver)
        # What an engine subscribes to stays subscribed when it dies.
        channel.subscribed = True
        place = self._places.get(channel_id)
        channel.away = place is not None and place.where is ChannelLocation.ELSEWHERE
        if self._held is not None:
            self._held.adopted(channel_id)
        return channel

    def await_adoption(self, channels: Collection[str]) -> None:
        """Only these are about to be adopted: events of others are held no longer."""
        if self._held is not None:
            self._held.wait_for(channels)

    def release(self) -> None:
        """All are adopted that will be."""
        held, self._held = self._held, None
        if held is not None:
            held.release()

    async def take(self, channel_id: str) -> bool:
        """Report a channel that is in our application as if it had just arrived: its own arrival
        was missed, or its session lost. False when it is not here any more, or no call."""
        if is_part(channel_id):
            return False
        channel = await self.client.channel(channel_id)
        place = located(channel, self.settings.application)
        if channel is None or place.where is not ChannelLocation.HERE:
            return False
        if channel_id not in self.channels_by_id:
            self.arrival(channel, place.arguments)
        return True

    async def evaluate(self, function: str) -> str | None:
        """A dialplan function that tells something about the whole Asterisk (a queue's figures).

        ARI evaluates functions on channels only, so one of ours is asked; None without any.
        """
        for channel in tuple(self.channels_by_id.values()):
            try:
                return await channel.variable(function)
            except ChannelGone:
                continue
        return None

    # ---- what routing and resync ask for ------------------------------------------------------

    def arrival(self, channel: Channel, arguments: tuple[str, ...]) -> None:
        """A call has come in: report it, or send it back into the dialplan."""
        if self._receive is None:
            return
        ours = self._register(channel.id, lambda event: None)
        arrival = Arrival(
            channel=ours,
            caller=channel.caller.number,
            number=channel.dialplan.exten,
            caller_name=channel.caller.name,
            arguments=arguments,
            arrived=arrived(channel),
            answered=channel.state == "Up",
        )
        deliver = self._receive(arrival)
        if isinstance(deliver, SentBack):
            self.forget(ours)
            self.spawn(self._send_back(channel.id, deliver))
        elif isinstance(deliver, Rejection):
            self.forget(ours)
            self.spawn(ours.reject(deliver))
        else:
            ours.report_to(deliver)

    def forget(self, channel: AriChannel) -> None:
        """Its events are nobody's business any more."""
        self.channels_by_id.pop(channel.id, None)
        for playback in channel.playbacks:
            self.channels_by_playback.pop(playback, None)
        channel.playbacks.forget()
        channel.recordings.forget()
        self.taps.end_those_of(channel.id)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something apart from the reader of events, at most until the carrier stops."""
        task = asyncio.create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # One that is cancelled before its first step has never touched it.
        task.add_done_callback(lambda _: work.close())
        return task

    @property
    def problem(self) -> str:
        """Why no calls are carried now; empty when they are."""
        problem = self.client.problem
        return f"Asterisk is away: {problem}" if problem else ""

    def replaced(self) -> None:
        """Somebody has connected to Asterisk under our name, and gets our calls' events. Whoever
        owns the name takes it back."""
        name = self.settings.application
        self._contested()
        if self._owns():
            logger.error(
                "something else has connected to Asterisk as %s, which belongs to this engine: it "
                "is taken back; find it, and give each engine an application name of its own",
                name,
            )
        else:
            logger.warning("another engine has connected to Asterisk as %s: it is its turn", name)
        self.client.replaced()

    def vanished(self, channel: AriChannel) -> None:
        """A channel has left Stasis without being told to. Usually it is hanging up and the news
        of that is on its way; if not, somebody has taken it."""
        asyncio.get_running_loop().call_later(self.client.timings.left, self._missing, channel)

    # ---- inside -------------------------------------------------------------------------------

    def _register(self, channel_id: str, deliver: Deliver) -> AriChannel:
        channel = AriChannel(
            channel_id,
            self.client,
            deliver,
            uri=self._uri,
            capabilities=self.capabilities,
            routes=self.channels_by_playback,
            suspect=self._suspect,
            taps=self.taps,
            forget=self.forget,
        )
        self.channels_by_id[channel_id] = channel
        return channel

    def _event(self, event: Handled) -> None:
        if self._held is None or not self._held.keeps(event, self.channels_by_id):
            self._route(event)

    def _route(self, event: Handled) -> None:
        routing.ROUTES[event.__class__](self, event)

    def _ready(self) -> None:
        if self._started:
            self.spawn(self._resync())

    async def _resync(self) -> None:
        resync = Resync(self)
        resync.tell()
        while True:
            try:
                return await resync.run()
            except CarrierError as error:
                if not self.client.is_connected:
                    raise  # it is compared once more when the connection is back
                logger.warning("%s", error)
                await asyncio.sleep(self.client.timings.grace)

    def _suspect(self, check: Check) -> None:
        # While the connection is away there is nobody to ask; the resync will.
        if self.client.is_connected:
            self.spawn(check())

    def _missing(self, channel: AriChannel) -> None:
        if self._started and not channel.gone and not channel.away:
            self.spawn(self._search(channel))

    async def _search(self, channel: AriChannel) -> None:
        try:
            place = await channel.locate()
        except CarrierError:
            self.vanished(channel)
            raise
        if channel.gone or channel.away or place.where is ChannelLocation.HERE:
            return
        by = "caller" if place.where is ChannelLocation.GONE else "taken"
        channel.hung_up(16, by)
        self.forget(channel)

    async def _send_back(self, channel_id: str, why: SentBack) -> None:
        try:
            await self.client.set_variables(channel_id, {STATUS: why.value})
            await self.client.leave(channel_id, None, "s", 1)
        except ChannelGone:
            logger.debug("a call that could not be taken has hung up meanwhile")


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except CarrierUnavailable as error:
        logger.info("%s", error)
    except CarrierError as error:
        logger.warning("%s", error)
