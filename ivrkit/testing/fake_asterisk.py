"""An Asterisk for tests: the part of ARI that ivrkit uses, and all that can go wrong with it.

::

    async with FakeAsterisk() as asterisk:
        carrier = AriCarrier(asterisk.settings(), uri=str)
        await carrier.start(receive)
        call = asterisk.call("801", caller="+4930123")
        asterisk.press(call, "1")

Nothing happens by itself: a playback goes on until :meth:`finish`, a call that has left is
somewhere else until :meth:`back`. Each socket does its requests one after another, and what waits
for a channel waits for its playbacks, as Asterisk does it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import re
from collections.abc import Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

from aiohttp import WSMsgType, web

from ivrkit.channels.ari.settings import AriSettings
from ivrkit.testing.fake_channels import Answer, FakeChannel, FakePlayback, Rest, refused
from ivrkit.testing.fake_recordings import FakeRecording
from ivrkit.testing.fake_taps import FakeTaps

LOOPBACK = "127.0.0.1"
Deafness = Literal["unknown", "silent"]
"""Whether it says that it knows no such application, or nothing at all."""


@dataclass(frozen=True)
class Request:
    """A request that came in; ``way`` is ``http``, or the application of the socket."""

    way: str
    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]


@dataclass
class Fault:
    """What is done to requests that match: a status instead of an answer, or a long wait."""

    method: str
    path: re.Pattern[str]
    status: int | None
    times: int
    lost: bool = False
    release: asyncio.Event = field(default_factory=asyncio.Event)


class FakeAsterisk:
    """One Asterisk on the loopback, with the user ``ivrkit``.

    ``rest_over_websocket=False`` is an older one, which swallows what is sent over the socket.
    """

    def __init__(
        self,
        *,
        version: str = "22.10.1",
        rest_over_websocket: bool = True,
        password: str = "secret",  # noqa: S107
    ) -> None:
        self.version = version
        self.rest_over_websocket = rest_over_websocket
        self.password = password
        self.port = 0
        self.channels: dict[str, FakeChannel] = {}
        self.playbacks: dict[str, FakePlayback] = {}
        self.recordings: dict[str, FakeRecording] = {}
        self.functions: dict[str, str] = {}
        """What dialplan functions say, on every channel."""
        self.disallowed: set[str] = set()
        self.requests: list[Request] = []
        self.connects = 0
        self.starts = 0
        """How often it was started, by which its clients know that it is another one."""
        self.answers_pings = True
        """Of the WebSockets that are opened from now on."""
        self.deaf: Deafness | None = None
        """How it has taken the application away from a connection that it keeps."""
        self._faults: list[Fault] = []
        self._sockets: dict[str, web.WebSocketResponse] = {}
        self._outgoing: dict[str, asyncio.Queue[str]] = {}
        self._runner: web.AppRunner | None = None
        self._calls = 0
        self._rest = Rest(self)
        self.taps = FakeTaps(self)
        self._closing: set[asyncio.Task[Any]] = set()

    # ---- its life -----------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen; again on the same port, when it was stopped."""
        application = web.Application()
        application.router.add_get("/ari/events", self._websocket)
        application.router.add_route("*", "/ari/{path:.*}", self._http)
        application.router.add_get("/media/{connection}", self.taps.connected)
        self.starts += 1
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Go away: all connections end."""
        for fault in self._faults:
            fault.release.set()
        await self.drop()
        await self.taps.close()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    def settings(self, **changes: Any) -> AriSettings:
        """How to connect to it."""
        url = f"http://{LOOPBACK}:{self.port}"
        return AriSettings(**{"url": url, "password": self.password, **changes})

    async def drop(self, application: str | None = None) -> None:
        """Close the WebSockets (of one application) in good order."""
        for name, ws in list(self._sockets.items()):
            if application in (None, name):
                del self._sockets[name]
                await ws.close()

    def fail(self, method: str, path: str, status: int, times: int = 1) -> None:
        """Answer the next matching requests with this status; ``path`` is a regular expression."""
        self._faults.append(Fault(method, re.compile(path), status, times))

    def hold(self, method: str, path: str, times: int = 1, *, lost: bool = False) -> asyncio.Event:
        """Do the next matching requests (unless they are ``lost``), but answer only when the
        event is set."""
        fault = Fault(method, re.compile(path), None, times, lost)
        self._faults.append(fault)
        return fault.release

    def repair(self) -> None:
        """Answer everything again as it should be."""
        self._faults.clear()

    def asked(self, method: str, path: str) -> list[Request]:
        """The requests so far that match."""
        pattern = re.compile(path)
        return [r for r in self.requests if r.method == method and pattern.fullmatch(r.path)]

    # ---- what happens to calls ----------------------------------------------------------------

    def call(
        self, number: str = "801", *, caller: str = "", arguments: tuple[str, ...] = ()
    ) -> str:
        """A call comes in; its channel's id."""
        self._calls += 1
        channel = FakeChannel(f"call-{self._calls}", number, caller)
        self.channels[channel.id] = channel
        self.enter(channel, arguments)
        return channel.id

    def press(self, channel: str, keys: str, duration: int = 100) -> None:
        """The caller presses keys. Reported where somebody listens."""
        for key in keys:
            self._about(channel, "ChannelDtmfReceived", digit=key, duration_ms=duration)

    def hang_up(self, channel: str, cause: int = 16, *, request: bool = True) -> None:
        """The caller hangs up: a request (unless it is left out), the end of what plays, the end
        of Stasis, the end of the channel."""
        gone = self.channels[channel]
        if request:
            self._about(channel, "ChannelHangupRequest", cause=cause)
        for playback in gone.playbacks[:]:
            self.finish(playback, "failed")
        if gone.here:
            self._about(channel, "StasisEnd")
        self._about(channel, "ChannelDestroyed", cause=cause, cause_txt="")
        del self.channels[channel]
        self.taps.gone(channel)

    def vanish(self, channel: str) -> None:
        """The channel is gone, and nobody says so."""
        for playback in self.channels.pop(channel).playbacks:
            self.playbacks.pop(playback, None)
        self.taps.gone(channel)

    def finish(self, playback: str, state: str = "done", *, told: bool = True) -> None:
        """A playback ends; with ``told`` False Asterisk forgets to say so."""
        ended = self.playbacks.pop(playback, None)
        if ended is None:
            return
        channel = self.channels[ended.channel]
        channel.playbacks.remove(playback)
        if not channel.playbacks:
            channel.idle.set()
        if told:
            self._emit("PlaybackFinished", playback=ended.model(state))

    def recorded(
        self, recording: str, sound: bytes = b"", *, told: bool = True, **values: Any
    ) -> None:
        """A recording ends with this in its file; ``values`` are what Asterisk says of it
        (``duration``, ``silence_duration``)."""
        ended = self.recordings[recording]
        ended.sound = sound
        if told:
            self._emit("RecordingFinished", recording=ended.model("done", **values))

    def back(self, channel: str, *arguments: str) -> None:
        """The dialplan sends the call into the application again."""
        self.enter(self.channels[channel], arguments or ("back",))

    def take(self, channel: str) -> None:
        """Somebody else sends the call elsewhere."""
        self._about(channel, "StasisEnd")
        self.channels[channel].here = False

    def dial(self, channel: str, peer: str, status: str) -> None:
        """The dialplan dials somebody for the call: ``""``, RINGING, ANSWER, BUSY, NOANSWER …"""
        caller = self.channels[channel]
        if caller.heard:
            other = FakeChannel(f"{channel}-{peer}", "", "", name=f"{peer}-0000002a")
            self._emit(
                "Dial",
                caller=caller.model(),
                peer=other.model(),
                dialstatus=status,
                dialstring=peer,
            )

    def leave_bridge(self, channel: str) -> None:
        """The conversation is over."""
        bridge = {
            "id": "b",
            "technology": "",
            "bridge_type": "",
            "bridge_class": "",
            "channels": [],
        }
        self._about(channel, "ChannelLeftBridge", bridge=bridge)

    def emit(self, kind: str, **values: Any) -> None:
        """Any event."""
        self._emit(kind, **values)

    def send(self, text: str) -> None:
        """Any text on the event socket."""
        for name, queue in self._outgoing.items():
            if not name.endswith("-commands"):
                queue.put_nowait(text)

    # ---- inside -------------------------------------------------------------------------------

    def begin(self, channel: FakeChannel, playback: FakePlayback) -> None:
        """A playback begins."""
        self.playbacks[playback.id] = playback
        channel.playbacks.append(playback.id)
        channel.idle.clear()
        self._emit("PlaybackStarted", playback=playback.model("playing"))

    def left(self, channel: FakeChannel) -> None:
        """A channel goes on in the dialplan."""
        self._about(channel.id, "StasisEnd")
        channel.here = False

    def enter(self, channel: FakeChannel, arguments: tuple[str, ...]) -> None:
        """A channel comes into the application."""
        channel.here, channel.arguments = True, arguments
        self._emit("StasisStart", channel=channel.model(), args=list(arguments))

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something that takes a while."""
        task = asyncio.create_task(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _about(self, channel: str, kind: str, **values: Any) -> None:
        subject = self.channels[channel]
        if subject.heard:
            self._emit(kind, channel=subject.model(), **values)

    def _emit(self, kind: str, **values: Any) -> None:
        if kind not in self.disallowed:
            event = {"type": kind, "application": "ivrkit", "asterisk_id": "fake", **values}
            self.send(json.dumps({**event, "timestamp": "2026-03-02T10:00:00.000+0000"}))

    def _known(self, request: web.Request) -> bool:
        expected = base64.b64encode(f"ivrkit:{self.password}".encode()).decode()
        return request.headers.get("Authorization") == f"Basic {expected}"

    async def _http(self, request: web.Request) -> web.Response:
        if not self._known(request):
            return web.json_response({"message": "Authentication required"}, status=401)
        body = await request.json() if request.can_read_body else {}
        query = dict(request.query)
        answer = await self._answer(
            Request("http", request.method, request.match_info["path"], query, body)
        )
        if answer.status == 0:
            assert request.transport is not None
            request.transport.abort()
        if isinstance(answer.body, bytes):
            return web.Response(status=answer.status, body=answer.body)
        text = "" if answer.body is None else json.dumps(answer.body)
        return web.Response(status=answer.status or 200, reason=answer.reason, text=text)

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        if not self._known(request):
            return web.json_response({"message": "Authentication required"}, status=401)
        ws = web.WebSocketResponse(autoping=self.answers_pings)
        await ws.prepare(request)
        name = request.query["app"]
        self.connects += 0 if name.endswith("-commands") else 1
        if name in self._outgoing and not name.endswith("-commands"):
            self._emit("ApplicationReplaced")  # to the one before, which stays open
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._sockets[name], self._outgoing[name] = ws, queue
        writer = asyncio.create_task(self._write(ws, queue))
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT and self.rest_over_websocket:
                    queue.put_nowait(await self._frame(name, json.loads(message.data)))
        finally:
            writer.cancel()
            if self._outgoing.get(name) is queue:
                del self._outgoing[name]
        return ws

    async def _write(self, ws: web.WebSocketResponse, queue: asyncio.Queue[str]) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            while True:
                await ws.send_str(await queue.get())

    async def _frame(self, name: str, frame: dict[str, Any]) -> str:
        path, query = self._rest.split(frame["uri"])
        body = json.loads(frame.get("message_body") or "{}")
        answer = await self._answer(Request(name, frame["method"], path, query, body))
        response = {
            "type": "RESTResponse",
            "transaction_id": frame["transaction_id"],
            "request_id": "",
            "status_code": answer.status,
            "reason_phrase": answer.reason,
            "uri": frame["uri"],
            "application": name,
            "timestamp": "2026-03-02T10:00:00.000+0000",
        }
        if answer.body is not None:
            response["content_type"] = "application/json"
            response["message_body"] = json.dumps(answer.body)
        return json.dumps(response)

    async def _answer(self, request: Request) -> Answer:
        self.requests.append(request)
        fault = self._fault(request)
        if fault is not None and fault.status is not None:
            return refused(fault.status)
        if fault is not None and fault.lost:
            await fault.release.wait()
            return refused(500)
        answer = await self._rest.answer(request.method, request.path, request.query, request.body)
        if fault is not None:
            await fault.release.wait()
        return answer

    def _fault(self, request: Request) -> Fault | None:
        for fault in self._faults:
            fits = fault.method == request.method and fault.path.fullmatch(request.path)
            if fault.times and fits:
                fault.times -= 1
                return fault
        return None
