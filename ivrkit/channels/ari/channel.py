"""One channel of Asterisk, as the engine sees it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ivrkit.call.channel import (
    Capability,
    ChannelLocation,
    Deliver,
    Gap,
    HungUp,
    KeyPressed,
    Located,
    PartyProgress,
    PlaybackEnded,
    RecordingEnded,
    RecordingForm,
    Rejection,
    Returned,
)
from ivrkit.call.prompt import Media
from ivrkit.call.variables import accepted
from ivrkit.channels.ari.audio.taps import Taps
from ivrkit.channels.ari.client import AriClient
from ivrkit.channels.ari.places import cause_for, located
from ivrkit.channels.ari.playbacks import Playbacks
from ivrkit.channels.ari.recordings import Recordings, terminator
from ivrkit.channels.ari.replies import AnswerLate, AnswerLost
from ivrkit.errors import CarrierError, ChannelGone

logger = logging.getLogger("ivrkit.ari")

Check = Callable[[], Coroutine[Any, Any, None]]
"""A look at something that should have ended."""
ATTEMPTS = 5
"""How often a playback is asked for while its answer gets lost."""
LATE = 0.5
"""Seconds to wait before a question about a command that was not answered in time: Asterisk may
come to both at the same moment."""
ENDING = 0.05
"""Seconds between two looks at a recording that is ending."""


class AriChannel:
    """Commands go to Asterisk; what the carrier routes here comes out as the engine's events.

    A channel is **here** (in our application) or **away**: it leaves when it is told to, and is
    back when it enters the application again. Keys pressed while it is away are not ours.
    """

    def __init__(
        self,
        channel_id: str,
        client: AriClient,
        deliver: Deliver,
        *,
        uri: Callable[[Media], str],
        capabilities: frozenset[Capability],
        routes: dict[str, AriChannel],
        suspect: Callable[[Check], None],
        taps: Taps,
        forget: Callable[[AriChannel], None],
    ) -> None:
        self._id = channel_id
        self._client = client
        self._tell = deliver
        self._uri = uri
        self._capabilities = capabilities
        self._routes = routes
        self._suspect = suspect
        self._taps = taps
        self._forget = forget
        self._gone = False
        self._connected_to = ""
        self._leaving = False
        self._out = asyncio.Event()
        self.away = False
        self.subscribed = False
        self.playbacks = Playbacks(
            client.timings,
            self._ended,
            client.playback,
            lambda late: suspect(lambda: self.playbacks.check(late, "watchdog")),
        )
        self.recordings = Recordings(
            client.timings,
            self._recorded,
            client.live_recording,
            lambda late: suspect(lambda: self.recordings.check(late, "watchdog")),
            client.stop_recording,
        )

    @property
    def id(self) -> str:
        return self._id

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._capabilities

    @property
    def gone(self) -> bool:
        """Whether the hang-up has been reported."""
        return self._gone

    # ---- commands -----------------------------------------------------------------------------

    async def answer(self) -> None:
        self._here()
        busy = bool(self.playbacks)
        await self._client.command("POST", self._id, "answer", waits=True, busy=busy)

    async def ring(self) -> None:
        await self._command("POST", "ring")

    async def reject(self, reason: Rejection) -> None:
        sip = None if reason.sip is None else cause_for(reason.sip)
        await self.hang_up(reason.cause if sip is None else sip)

    async def hang_up(self, cause: int = 16) -> None:
        if not self._gone:
            await self._client.hang_up(self._id, cause)

    async def play(self, playback: str, media: Sequence[Media]) -> None:
        if not media:
            raise CarrierError("there is nothing to play")
        self._here()
        # Before it is asked for: the first events may overtake the reply.
        self._routes[playback] = self
        self.playbacks.begin(playback, sum(item.seconds for item in media))
        try:
            told = await self._play(playback, [self._uri(item) for item in media])
        except BaseException:
            self.playbacks.withdraw(playback)
            self._routes.pop(playback, None)
            raise
        self.playbacks.taken(playback)
        if not told:
            await self.playbacks.check(playback, "gap")

    async def _play(self, playback: str, uris: Sequence[str]) -> bool:
        """Where the answer is lost, it is sent again if Asterisk has never heard of it. False when
        Asterisk has not told that it plays, but is known to have begun."""
        for _ in range(ATTEMPTS):
            try:
                await self._client.play(self._id, playback, uris)
                return True
            except AnswerLost as error:
                if isinstance(error, AnswerLate):
                    await asyncio.sleep(LATE)
                if await self.playbacks.has_begun(playback):
                    return False
        raise CarrierError("Asterisk does not say whether it plays")

    async def stop(self, playback: str) -> None:
        # Also one that this process knows nothing of: it may be left over from an engine that died.
        self.playbacks.stopping(playback)
        if not self._gone:
            await self._client.stop_playback(playback)

    async def record(self, recording: str, form: RecordingForm) -> None:
        self._here()
        self.recordings.begin(recording, form)
        try:
            begun = await self._client.record(self._id, recording, form, terminator(form.end_keys))
        except BaseException:
            self.recordings.withdraw(recording)
            raise
        self.recordings.taken(recording)
        if not begun:
            await self.recordings.check(recording, "gap")

    async def stop_recording(self, recording: str) -> None:
        self.recordings.stopping(recording)
        await self._client.stop_recording(recording)

    async def recorded(self, recording: str) -> bytes | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._client.timings.stopped):
                while True:
                    if await self._client.live_recording(recording) is None:
                        break
                    await asyncio.sleep(ENDING)
        return await self._client.recording_file(recording)

    async def erase_recording(self, recording: str) -> None:
        await self._client.erase_recording(recording)

    async def tap(self, tap: str, take: Callable[[bytes], None], rate: int = 8000) -> None:
        self._here()
        await self._taps.open(tap, self._id, take, rate)

    async def untap(self, tap: str) -> None:
        await self._taps.close(tap)

    async def start_music(self, name: str = "default") -> None:
        await self._command("POST", f"moh?mohClass={quote(name, safe='')}")

    async def stop_music(self) -> None:
        self._here()
        await self._client.command("DELETE", self._id, "moh", later=True)

    async def variable(self, name: str) -> str | None:
        self._present()
        return await self._client.variable(self._id, name)

    async def set_variables(self, variables: Mapping[str, str]) -> None:
        self._here()
        values = {name: accepted(name, value) for name, value in variables.items()}
        if values:
            await self._client.set_variables(self._id, values, busy=bool(self.playbacks))

    async def subscribe(self) -> None:
        self._present()
        await self._client.subscribe(self._id)
        self.subscribed = True

    async def unsubscribe(self) -> None:
        self.subscribed = False
        if not self._gone:
            await self._client.unsubscribe(self._id)

    async def leave(
        self, context: str | None = None, extension: str = "s", priority: int = 1
    ) -> None:
        self._here()
        # Before it is told to: from now on the caller's keys belong to somebody else.
        self.away = self._leaving = True
        # And nobody listens to what the caller says there.
        self._taps.end_those_of(self._id)
        self._out.clear()
        try:
            await self._leave(context, extension, priority)
        except BaseException:
            self.away = False
            raise
        finally:
            self._leaving = False

    async def _leave(self, context: str | None, extension: str, priority: int) -> None:
        again = False
        while not self._out.is_set():
            try:
                await self._client.leave(self._id, context, extension, priority)
                break
            except AnswerLost:
                again = True
                await self._look()
            except ChannelGone:
                if not again:
                    raise
                await self._look()  # it is not here any more: the first time was heard after all
                if not self._out.is_set() or self._gone:
                    raise
        # Asterisk says yes before the channel goes: until then it would still be found here. It
        # may also be back already: a queue without agents takes no time.
        while self.away and not self._out.is_set():
            try:
                # Not wait_for(): its task would begin later, and miss a call that is out and back.
                async with asyncio.timeout(self._client.timings.stopped):
                    await self._out.wait()
            except TimeoutError:
                await self._look()

    async def _look(self) -> None:
        where = (await self.locate()).where
        if where is ChannelLocation.GONE:
            raise ChannelGone("the channel is no longer there")
        if where is not ChannelLocation.HERE:
            self._out.set()

    async def locate(self) -> Located:
        if self._gone:
            return Located(ChannelLocation.GONE)
        place = located(await self._client.channel(self._id), self._client.application)
        if place.where is ChannelLocation.GONE:
            self._forget(self)  # it ended before anybody listened: nothing will come
        if place.where is not ChannelLocation.HERE or not self.away or self._leaving:
            return place
        if self._out.is_set():
            # It is on its way out, or back with the news of it still coming: not here yet.
            return Located(ChannelLocation.ELSEWHERE, (), place.answered)
        # Taken up while it was elsewhere, and back without that we heard of it.
        self.returned(place.arguments)
        return place

    async def _command(self, method: str, action: str) -> None:
        self._here()
        await self._client.command(method, self._id, action)

    def _present(self) -> None:
        if self._gone:
            raise ChannelGone("the channel is no longer there")

    def _here(self) -> None:
        self._present()
        if self.away:
            raise CarrierError("the call is in other hands now")

    # ---- what the carrier routes here ---------------------------------------------------------

    def key(self, key: str, duration: int) -> None:
        """A key; dropped while the call is in other hands, before anything can log it."""
        if self.away:
            return
        ended = self.recordings.key(key)
        if ended is None:
            self._tell(KeyPressed(key, duration))
        elif terminator(self.recordings.keys(ended)) == "none":
            self._suspect(lambda: self.stop_recording(ended))

    def found(self, place: Located) -> None:
        """Where it is after a gap, or after its engine was started again."""
        if place.where is ChannelLocation.HERE and not self._leaving:
            self.returned(place.arguments)

    def returned(self, arguments: tuple[str, ...]) -> None:
        """The channel has entered the application (again)."""
        if self.away:
            self.away = False
            self._out.clear()
            self._connected_to = ""
            self._tell(Returned(arguments))

    def left(self) -> None:
        """The channel has left the application."""
        self._out.set()

    def progress(self, state: str, party: str, channel: str) -> None:
        """Something happened with the other side while the call is away."""
        if self.away:
            self._connected_to = channel if state == "connected" else self._connected_to
            self._tell(PartyProgress(state, party, channel))

    def left_bridge(self) -> None:
        """The caller no longer talks with anybody."""
        if self.away and self._connected_to:
            channel, self._connected_to = self._connected_to, ""
            self._tell(PartyProgress("gone", "", channel))

    def hung_up(self, cause: int, by: str = "caller") -> None:
        """The channel is going or gone. Told once; what still plays ends with it."""
        if self._gone:
            return
        self._gone = True
        self._out.set()
        self._taps.end_those_of(self._id)
        self._tell(HungUp(cause, by))
        self.playbacks.close()
        self.recordings.close()

    def gap(self, seconds: float) -> None:
        """The carrier was away for so long, and is back."""
        self.playbacks.gap()
        self._tell(Gap(round(seconds, 1)))

    @property
    def connected_to(self) -> str:
        """The channel of the party that the caller talks with while he is away."""
        return self._connected_to

    def report_to(self, deliver: Deliver) -> None:
        """Deliver to somebody else from now on."""
        self._tell = deliver

    def _ended(self, playback: str, ok: bool, by: str) -> None:
        self._routes.pop(playback, None)
        self._tell(PlaybackEnded(playback, ok, by))

    def _recorded(self, recording: str, ok: bool, by: str) -> None:
        self._tell(RecordingEnded(recording, ok, by))
