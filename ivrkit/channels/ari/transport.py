"""By which way a request travels, and that the connection to Asterisk is up."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import quote

from ivrkit.channels.ari.events import Handled, decode, unwanted
from ivrkit.channels.ari.generated.asterisk import AsteriskInfo
from ivrkit.channels.ari.generated.events import ChannelUserevent, RESTResponse
from ivrkit.channels.ari.link import Link, NotHeard, unavailable
from ivrkit.channels.ari.replies import AnswerLate, AnswerLost, Reply, Rest
from ivrkit.channels.ari.rest_http import HttpRest
from ivrkit.channels.ari.rest_websocket import WebSocketRest
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.channels.ari.timings import Timings
from ivrkit.channels.ari.versions import Version
from ivrkit.errors import CarrierError, CarrierLost, CarrierRefused, CarrierUnavailable

logger = logging.getLogger("ivrkit.ari")

COMMANDS = "commands"
"""What the second socket's application is called: the first's name, a dash and this. Asterisk
wants a name for every socket; nothing is ever sent to this one."""
ATTEMPTS = 5
"""How often a request is sent while the connection keeps breaking."""
LISTENING = "ivrkit-listening"
"""The event by which an application hears that it is heard."""
Found = Literal["heard", "unknown", "silent"]
"""What came of that: it is heard, Asterisk knows no such application, or nothing comes at all."""
LATER = Reply(202, "to be done when Asterisk is back", b"")


Observe = Callable[[str, float], None]


def _nobody(result: str, seconds: float) -> None:
    """Is told of nothing."""


class Transport:
    """A connection to one Asterisk.

    Requests go over the event socket, over a second one, or over HTTP. ``answer``, the setting of
    variables and ``addChannel`` wait for the channel's thread and hold up all that follows on
    their socket: they have the second one, and HTTP when something is being played (``busy``).
    """

    def __init__(
        self,
        settings: AriSettings,
        *,
        on_event: Callable[[Handled], None] = lambda event: None,
        on_ready: Callable[[], None] = lambda: None,
        timings: Timings | None = None,
        owns: Callable[[], bool] = lambda: True,
    ) -> None:
        self.settings = settings
        self.application = settings.application
        self.timings = timings or Timings.pinging(settings.ping.total_seconds())
        self.version = Version()
        self.observe: Observe = _nobody
        """Is told of each request: how it ended (ok, gone, refused, late, lost, away), and the
        seconds it took."""
        self._on_event = on_event
        self._http = HttpRest(settings, self.timings)
        self._events = Link(
            settings,
            settings.application,
            self._receive,
            timings=self.timings,
            on_connected=self._prepare,
            on_ready=on_ready,
            on_lost=self._lost,
            owns=owns,
        )
        self._commands = Link(
            settings,
            f"{settings.application}-{COMMANDS}",
            self._receive_reply,
            timings=self.timings,
            on_lost=lambda: self._second.lost(),
            waits=lambda: self._second.waits,
            owns=owns,
        )
        self._socket = WebSocketRest(self._events, self.timings)
        self._second = WebSocketRest(self._commands, self.timings)
        self.over_websocket = False
        """Whether requests travel over the WebSockets (else over HTTP)."""
        self.restarted = False
        """Whether the Asterisk of the last connect was another process than the one before."""
        self._process: tuple[str, str] | None = None
        self._owed: dict[str, str] = {}
        self._listening: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()
        self._came = False
        self._losses = 0
        self._heard_at = 0.0
        self._cut = False

    async def start(self) -> None:
        """Connect both sockets. Raises CarrierUnavailable with the remedy."""
        try:
            await self._events.start()
            if self.over_websocket:
                await self._commands.start()
            self._listening = asyncio.create_task(self._listen(), name="ari listening")
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Close everything; channels stay where they are."""
        if self._listening is not None:
            self._listening.cancel()
        await self._commands.stop()
        await self._events.stop()
        await self._http.close()

    @property
    def is_connected(self) -> bool:
        """Whether events flow now."""
        return not self._cut and self._events.ready.is_set()

    @property
    def problem(self) -> str:
        """Why no events flow; empty when they do."""
        return self._events.problem

    @property
    def away(self) -> float:
        """For how many seconds nothing was heard of Asterisk before the last connect."""
        return self._events.away

    def replaced(self) -> None:
        """Somebody else has connected under our name: take it back."""
        self._events.replaced()

    def cut(self) -> None:
        """Another engine commands these calls: not another word from here."""
        self._cut = True
        self._events.drop()
        self._commands.drop()

    async def connected(self) -> None:
        """Wait until events flow. Raises CarrierLost when Asterisk has been away for too long, and
        CarrierUnavailable when this engine has nothing to say any more."""
        if self._cut:
            raise CarrierUnavailable(f"another engine commands {self.application} now")
        if self._events.ready.is_set():
            return
        clock = asyncio.get_running_loop().time
        since = self._events.lost_at
        until = (clock() if since is None else since) + self.timings.patience
        try:
            await asyncio.wait_for(self._events.ready.wait(), max(0.0, until - clock()))
        except TimeoutError:
            raise CarrierLost(
                f"Asterisk at {self.settings.url} has been away for too long",
                hint="see the log for the reason; the engine goes on trying",
            ) from None

    async def request(
        self,
        method: str,
        uri: str,
        body: Mapping[str, Any] | None = None,
        *,
        repeat: bool = True,
        waits: bool = False,
        busy: bool = False,
        later: bool = False,
    ) -> Reply:
        """Send a request by the way that suits it, whatever the answer.

        ``repeat`` says that it may be done twice: then it is sent again when the connection broke
        before the answer, and once more when none came; what was not sent at all always is.
        ``waits`` that it waits for the channel, ``busy`` that it will do so for long. ``later``:
        while Asterisk is away it is only noted, and done before anything else when it is back.
        """
        late = False
        for left in reversed(range(ATTEMPTS)):
            if later and not self.is_connected:
                self._owed[uri] = method
                return LATER
            if not self.is_connected:
                await self.connected()
            try:
                return await self._measured(self._way(waits, busy), method, uri, body)
            except AnswerLost as error:
                twice, late = late, isinstance(error, AnswerLate)
                if not repeat or not left or (twice and late):
                    raise
            except CarrierUnavailable as error:
                if not left:
                    raise
                logger.debug("%s", error)
        raise AssertionError("the last attempt gives an answer or an error")

    async def _measured(
        self, way: Rest, method: str, uri: str, body: Mapping[str, Any] | None
    ) -> Reply:
        """One attempt, of which whoever observes is told."""
        began, result = time.perf_counter(), "away"
        try:
            reply = await way.request(method, uri, body)
            result = "ok" if reply.ok else "gone" if reply.status == 404 else "refused"
            return reply
        except AnswerLate:
            result = "late"
            raise
        except AnswerLost:
            result = "lost"
            raise
        finally:
            self.observe(result, time.perf_counter() - began)

    async def fetch(self, uri: str) -> Reply:
        """Get something that is no JSON (a sound file): a WebSocket would refuse it."""
        await self.connected()
        try:
            return await self._http.request("GET", uri)
        except AnswerLost:
            return await self._http.request("GET", uri)

    def _way(self, waits: bool, busy: bool) -> Rest:
        if not self.over_websocket or busy:
            return self._http
        if not waits:
            return self._socket
        return self._second if self._commands.ready.is_set() else self._http

    def _receive(self, message: bytes) -> None:
        event = decode(message)
        if event.__class__ is RESTResponse:
            self._socket.answer(event)
        elif event.__class__ is ChannelUserevent:
            self._heard_at = asyncio.get_running_loop().time()
            self._heard.set()
        elif event is not None:
            self._came = True
            self._on_event(event)

    def _receive_reply(self, message: bytes) -> None:
        event = decode(message)
        if isinstance(event, RESTResponse):
            self._second.answer(event)

    def _lost(self) -> None:
        """The event socket is gone. What else is open to an Asterisk that has fallen silent is as
        dead, and would be found so much later."""
        self._losses += 1
        self._heard.set()
        self._socket.lost()
        if self._events.silent:
            self._commands.drop()
            self._http.drop()

    async def _listen(self) -> None:
        """Now and then look whether this application is still heard."""
        while True:
            await self._events.ready.wait()
            before, self._came = self._events.connects, False
            found: Found = "heard"  # or not: where it cannot be asked, the pings tell
            try:
                found = await self._hears(self.timings.ping)
            except CarrierError as error:
                logger.debug("%s", error)
            except Exception:  # a mistake of ours must not end the watch
                logger.exception("%s could not be asked whether it hears", self.application)
            if found == "silent" and self._came:
                found = "heard"  # other events, behind which ours still waits
            there = self._events.ready.is_set() and before == self._events.connects
            if found != "heard" and there:
                logger.warning("%s: Asterisk sends no events; connecting anew", self.application)
                since = max(self._heard_at, self._events.ready_at)
                self._events.drop(since, silent=found == "silent")
            await asyncio.sleep(self.timings.ping)

    async def _hears(self, limit: float) -> Found:
        """Whether Asterisk sends us the event that it is asked for, within so many seconds.

        When the old connection of an application ends while the new one is made, Asterisk may take
        the application away from the new one, too: that answers pings and requests then, and hears
        nothing. Raises CarrierError, also when the connection is lost meanwhile.
        """
        before = self._losses
        self._heard.clear()
        uri = f"events/user/{LISTENING}?application={quote(self.application)}"
        reply = await self._http.request("POST", uri)
        if not reply.ok:
            return "unknown" if reply.status == 404 else "heard"
        try:
            async with asyncio.timeout(limit):
                await self._heard.wait()
        except TimeoutError:
            return "silent"
        if before != self._losses:
            raise NotHeard("the connection was lost before an event came")
        return "heard"

    async def _prepare(self) -> None:
        """After each connect: an Asterisk that was restarted has forgotten the filter, and may
        have become another version."""
        info = await self.info()
        self.version = Version.of(info.system)
        process = (
            info.system.entity_id if info.system else "",
            info.status.startup_time if info.status else "",
        )
        self.restarted = self._process not in (None, process)
        self._process = process
        uri = f"applications/{quote(self.application)}/eventFilter"
        reply = await self._http.request("PUT", uri, {"disallowed": unwanted()})
        if not reply.ok:
            logger.warning("Asterisk does not filter events: %s", reply.message)
        wanted = self.settings.rest
        self.over_websocket = wanted != "http" and await self._answers()
        if wanted == "websocket" and not self.over_websocket:
            raise CarrierRefused(
                "this Asterisk does not take requests over the WebSocket",
                hint="write rest: auto, or use Asterisk 20.14, 21.9, 22.4 or later",
            )
        if await self._hears(max(self.timings.probe, self.timings.ping)) != "heard":
            raise NotHeard(
                "Asterisk sends no events over the new connection",
                hint="does another program connect under this application name?",
            )
        while self._owed:
            uri, method = next(iter(self._owed.items()))
            reply = await self._http.request(method, uri)
            del self._owed[uri]
            logger.info("done now, %s %s: %d", method, uri, reply.status)

    async def _answers(self) -> bool:
        """Whether somebody answers on the WebSocket: an older Asterisk swallows what is sent. One
        that must know it is given the time of any other answer."""
        timings = self.timings
        limit = timings.reply if self.version.rest_over_websocket else timings.probe
        try:
            return (await asyncio.wait_for(self._socket.request("GET", "asterisk/ping"), limit)).ok
        except (TimeoutError, CarrierError):
            return False

    async def info(self) -> AsteriskInfo:
        """About this Asterisk; asked over HTTP, so that it works before anything is connected."""
        reply = await self._http.request("GET", "asterisk/info")
        if not reply.ok:
            raise unavailable(self.settings, reply.status)
        return reply.read(AsteriskInfo)
