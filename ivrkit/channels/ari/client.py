"""The typed ARI client: what is asked of Asterisk, and by which way it travels."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ivrkit.channels.ari.events import Handled, decode, unwanted
from ivrkit.channels.ari.generated.applications import Application
from ivrkit.channels.ari.generated.asterisk import AsteriskInfo, Variable
from ivrkit.channels.ari.generated.channels import Channel
from ivrkit.channels.ari.generated.events import RESTResponse
from ivrkit.channels.ari.generated.playbacks import Playback
from ivrkit.channels.ari.link import Link, unavailable
from ivrkit.channels.ari.replies import AnswerLost, Reply, Rest, refusal
from ivrkit.channels.ari.rest_http import HttpRest
from ivrkit.channels.ari.rest_websocket import WebSocketRest
from ivrkit.channels.ari.settings import AriSettings
from ivrkit.channels.ari.timings import Timings
from ivrkit.channels.ari.versions import Version
from ivrkit.errors import CarrierError, CarrierUnavailable, ChannelGone

logger = logging.getLogger("ivrkit.ari")

COMMANDS = "commands"
"""What the second socket's application is called: the first's name, a dash and this. Asterisk
wants a name for every socket; nothing is ever sent to this one."""


class AriClient:
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
    ) -> None:
        self.settings = settings
        self.application = settings.application
        self.timings = timings or Timings()
        self.version = Version()
        self._on_event = on_event
        self._http = HttpRest(settings, self.timings)
        self._events = Link(
            settings,
            settings.application,
            self._receive,
            timings=self.timings,
            on_connected=self._prepare,
            on_ready=on_ready,
            on_lost=lambda: self._socket.lost(),
        )
        self._commands = Link(
            settings,
            f"{settings.application}-{COMMANDS}",
            self._receive_reply,
            timings=self.timings,
            on_lost=lambda: self._second.lost(),
            patient=True,
        )
        self._socket = WebSocketRest(self._events, self.timings)
        self._second = WebSocketRest(self._commands, self.timings)
        self.over_websocket = False
        """Whether requests travel over the WebSockets (else over HTTP)."""

    # ---- the connection -----------------------------------------------------------------------

    async def start(self) -> None:
        """Connect both sockets. Raises CarrierUnavailable with the remedy."""
        try:
            self.version = Version.of((await self.info()).system)
            await self._events.start()
            if self.over_websocket:
                await self._commands.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Close everything; channels stay where they are."""
        await self._commands.stop()
        await self._events.stop()
        await self._http.close()

    async def connected(self) -> None:
        """Wait until events flow. Raises CarrierUnavailable when they do not soon."""
        if self._events.ready.is_set():
            return
        try:
            await asyncio.wait_for(self._events.ready.wait(), self.timings.patience)
        except TimeoutError:
            raise CarrierUnavailable(
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
    ) -> Reply:
        """Send a request by the way that suits it, whatever the answer.

        ``repeat`` says that it may be done twice: then it is sent again when the connection broke
        before the answer. ``waits`` that it waits for the channel, ``busy`` that it will do so
        for long.
        """
        while True:
            await self.connected()
            try:
                return await self._way(waits, busy).request(method, uri, body)
            except AnswerLost:
                if not repeat:
                    raise
            except CarrierUnavailable:
                if self._events.ready.is_set():
                    raise

    def _way(self, waits: bool, busy: bool) -> Rest:
        if not self.over_websocket or busy:
            return self._http
        if not waits:
            return self._socket
        return self._second if self._commands.ready.is_set() else self._http

    def _receive(self, message: bytes) -> None:
        event = decode(message)
        if event.__class__ is RESTResponse:
            self._socket.answer(event)  # type: ignore[arg-type]
        elif event is not None:
            self._on_event(event)

    def _receive_reply(self, message: bytes) -> None:
        event = decode(message)
        if isinstance(event, RESTResponse):
            self._second.answer(event)

    async def _prepare(self) -> None:
        """After each connect: an Asterisk that was restarted has forgotten the filter, and may
        have become another version."""
        uri = f"applications/{quote(self.application)}/eventFilter"
        reply = await self._http.request("PUT", uri, {"disallowed": unwanted()})
        if not reply.ok:
            logger.warning("Asterisk does not filter events: %s", reply.message)
        wanted = self.settings.rest
        self.over_websocket = wanted != "http" and await self._answers()
        if wanted == "websocket" and not self.over_websocket:
            raise CarrierUnavailable(
                "this Asterisk does not take requests over the WebSocket",
                hint="write rest: auto, or use Asterisk 20.14, 21.9, 22.4 or later",
            )

    async def _answers(self) -> bool:
        """Whether somebody answers on the WebSocket: an older Asterisk swallows what is sent."""
        probe = self._socket.request("GET", "asterisk/ping")
        try:
            return (await asyncio.wait_for(probe, self.timings.probe)).ok
        except (TimeoutError, CarrierError):
            return False

    # ---- channels -----------------------------------------------------------------------------

    async def command(
        self,
        method: str,
        channel: str,
        action: str,
        body: Mapping[str, Any] | None = None,
        **ways: bool,
    ) -> None:
        """A command to a channel. Raises ChannelGone or CarrierError when it is refused."""
        reply = await self.request(method, f"channels/{quote(channel)}/{action}", body, **ways)
        if not reply.ok:
            raise refusal(reply, action.partition("?")[0])

    async def hang_up(self, channel: str, cause: int) -> None:
        """Hang up; one that is gone is no error."""
        reply = await self.request("DELETE", f"channels/{quote(channel)}?reason_code={cause}")
        if not reply.ok and reply.status != 404:
            raise refusal(reply, "hang up")

    async def channel(self, channel: str) -> Channel | None:
        """The channel now, wherever it is; None when it is gone."""
        reply = await self.request("GET", f"channels/{quote(channel)}")
        if reply.status == 404:
            return None
        return self._read(reply, Channel, "channel")

    async def channels(self) -> list[Channel]:
        """All channels of this Asterisk."""
        return self._read(await self.request("GET", "channels"), list[Channel], "channels")

    async def variable(self, channel: str, name: str) -> str | None:
        """A variable of a channel, or a function evaluated on it; None when it is not set."""
        uri = f"channels/{quote(channel)}/variable?variable={quote(name, safe='')}"
        reply = await self.request("GET", uri)
        if reply.ok:
            return reply.read(Variable).value
        if reply.status == 404 and "channel" not in reply.message.lower():
            return None
        raise refusal(reply, f"variable {name}")

    async def set_variables(
        self, channel: str, variables: Mapping[str, str], *, busy: bool = False
    ) -> None:
        """Set variables: all at once where this Asterisk can, else one by one."""
        if self.version.many_variables:
            body = {"variables": dict(variables)}
            await self.command("POST", channel, "variables", body, waits=True, busy=busy)
            return
        for name, value in variables.items():
            # In the body: what stands in a URI ends up in the log of a server on the way.
            body = {"variable": name, "value": value}
            await self.command("POST", channel, "variable", body, waits=True, busy=busy)

    async def play(self, channel: str, playback: str, media: Sequence[str]) -> None:
        """Start a playback under this id; it is not repeated when the answer is lost."""
        body = {"media": list(media)}
        await self.command("POST", channel, f"play/{quote(playback)}", body, repeat=False)

    async def stop_playback(self, playback: str) -> bool:
        """Stop it; False when Asterisk does not know it (any more)."""
        reply = await self.request("DELETE", f"playbacks/{quote(playback)}")
        if not reply.ok and reply.status != 404:
            raise CarrierError(f"stop: Asterisk answered {reply.status} {reply.message}")
        return reply.ok

    async def playback(self, playback: str) -> Playback | None:
        """A playback; None when Asterisk does not know it (any more)."""
        reply = await self.request("GET", f"playbacks/{quote(playback)}")
        return None if reply.status == 404 else self._read(reply, Playback, "playback")

    async def leave(self, channel: str, context: str | None, extension: str, priority: int) -> None:
        """Let a channel go on in the dialplan; not repeated when the answer is lost."""
        where = ""
        if context is not None:
            place = f"context={quote(context)}&extension={quote(extension)}"
            where = f"?{place}&priority={priority}"
        await self.command("POST", channel, f"continue{where}", repeat=False)

    async def subscribe(self, channel: str) -> None:
        """Report this channel's events wherever it is."""
        reply = await self.request("POST", self._subscription(channel))
        if reply.status in (400, 404, 422):
            raise ChannelGone(f"subscribe: {reply.message}")
        if not reply.ok:
            raise refusal(reply, "subscribe")

    async def unsubscribe(self, channel: str) -> None:
        """Take a subscription back; one that does not exist is no error."""
        await self.request("DELETE", self._subscription(channel))

    async def originate(
        self,
        endpoint: str,
        *,
        channel: str,
        arguments: str = "",
        application: str | None = None,
        caller: str = "",
        formats: str = "ulaw",
        timeout: int = 30,
    ) -> Channel:
        """Place a call; the near end of it comes into ``application`` when it is answered.

        ``formats`` must be given: a Local channel would else pick one that no sound file has.
        """
        body = {
            "endpoint": endpoint,
            "app": application or self.application,
            "appArgs": arguments,
            "callerId": caller,
            "timeout": timeout,
            "formats": formats,
        }
        given = {name: value for name, value in body.items() if value != ""}
        reply = await self.request("POST", f"channels/{quote(channel)}", given, repeat=False)
        if not reply.ok:
            raise CarrierError(f"call {endpoint}: Asterisk answered {reply.status} {reply.message}")
        return reply.read(Channel)

    async def send_keys(self, channel: str, keys: str) -> None:
        """Send keys to the other side of a channel; at once, and in order."""
        await self.command("POST", channel, "dtmf", {"dtmf": keys}, repeat=False)

    # ---- the rest -----------------------------------------------------------------------------

    async def info(self) -> AsteriskInfo:
        """About this Asterisk; asked over HTTP, so that it works before anything is connected."""
        reply = await self._http.request("GET", "asterisk/info")
        if not reply.ok:
            raise unavailable(self.settings, reply.status)
        return reply.read(AsteriskInfo)

    async def subscribed(self) -> Application | None:
        """Our application: its channels, and those that it is subscribed to."""
        reply = await self.request("GET", f"applications/{quote(self.application)}")
        return None if reply.status == 404 else self._read(reply, Application, "application")

    async def global_variable(self, name: str) -> str:
        """A global variable, or a dialplan function that needs no channel; empty if not set."""
        reply = await self.request("GET", f"asterisk/variable?variable={quote(name, safe='')}")
        return self._read(reply, Variable, name).value

    def _subscription(self, channel: str) -> str:
        source = quote(f"channel:{channel}", safe="")
        return f"applications/{quote(self.application)}/subscription?eventSource={source}"

    def _read(self, reply: Reply, model: type[Any], action: str) -> Any:
        if not reply.ok:
            raise CarrierError(f"{action}: Asterisk answered {reply.status} {reply.message}")
        return reply.read(model)
