"""One WebSocket to Asterisk, kept up: connects, reads, pings, and connects again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from websockets.exceptions import InvalidStatus, WebSocketException

from ivrkit.channels.ari.settings import AriSettings
from ivrkit.channels.ari.socket import Socket, open_socket
from ivrkit.channels.ari.timings import Timings
from ivrkit.errors import CarrierError, CarrierUnavailable

logger = logging.getLogger("ivrkit.ari")

Connected = Callable[[], Awaitable[None]]


class Backoff:
    """How long to wait before connecting again. A connection that was closed in good order counts
    like one that broke: a server that accepts and hangs up at once would else be hammered."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._next = timings.backoff

    def pause(self, lived: float) -> float:
        """Seconds to wait, after a connection that lived so long. Spread by half either way, so
        that not everybody comes back in the same moment."""
        if lived > self._timings.settled:
            self._next = self._timings.backoff
        pause = self._next
        self._next = min(pause * 2, self._timings.backoff_limit)
        return pause * (0.5 + random.random())  # noqa: S311


class Link:
    """A WebSocket under one application name.

    ``on_message`` gets every message, in order, from the loop's read callback. ``on_connected``
    runs after each connect, while messages flow already; the link counts as ready when it has
    returned. ``on_ready`` and ``on_lost`` are told synchronously. With ``patient`` an unanswered
    ping is no reason to hang up: a socket whose command waits for a channel cannot answer.
    """

    def __init__(
        self,
        settings: AriSettings,
        application: str,
        on_message: Callable[[bytes], None],
        *,
        timings: Timings,
        on_connected: Connected | None = None,
        on_ready: Callable[[], None] = lambda: None,
        on_lost: Callable[[], None] = lambda: None,
        patient: bool = False,
    ) -> None:
        self._settings = settings
        self._application = application
        self._on_message = on_message
        self._timings = timings
        self._on_connected = on_connected
        self._on_ready = on_ready
        self._on_lost = on_lost
        self._patient = patient
        self._socket: Socket | None = None
        self._task: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()

    async def start(self) -> None:
        """Connect for the first time. Raises CarrierUnavailable with the remedy."""
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._keep_up(opened), name=f"ari {self._application}")
        try:
            await opened
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Close the connection for good."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def send(self, frame: bytes) -> None:
        """Send a text message. Raises CarrierUnavailable when there is no connection."""
        socket = self._socket
        if socket is None:
            raise CarrierUnavailable("the WebSocket to Asterisk is not open")
        if not socket.is_open:
            # Known here before the link has noticed: the next request waits, or goes elsewhere.
            self.ready.clear()
            raise CarrierUnavailable("the WebSocket to Asterisk was closed")
        socket.send(frame)

    async def _keep_up(self, opened: asyncio.Future[None]) -> None:
        clock = asyncio.get_running_loop().time
        backoff = Backoff(self._timings)
        while True:
            began = clock()
            try:
                await self._live(opened)
                logger.warning("Asterisk has closed the WebSocket of %s", self._application)
            except Exception as error:
                if not opened.done():
                    opened.set_exception(error)
                    return
                if isinstance(error, CarrierError):
                    logger.warning("%s: %s", self._application, error)
                else:  # without its link the engine is deaf: a mistake of ours must not end it
                    logger.exception("the WebSocket of %s broke down", self._application)
            await asyncio.sleep(backoff.pause(clock() - began))

    async def _live(self, opened: asyncio.Future[None]) -> None:
        """One connection, from its beginning to its end."""
        socket = await self._connect()
        self._socket = socket
        try:
            if self._on_connected is not None:
                await self._on_connected()
            self.ready.set()
            self._on_ready()
            if not opened.done():
                opened.set_result(None)
            await socket.closed
        finally:
            self.ready.clear()
            self._socket = None
            self._on_lost()
            await socket.close()

    async def _connect(self) -> Socket:
        settings = self._settings
        try:
            return await open_socket(
                f"{settings.websocket_url}?app={quote(self._application)}",
                {"Authorization": settings.authorization},
                self._on_message,
                self._on_lost,  # whoever waits for a reply learns it before anybody else is asked
                timeout=self._timings.reply,
                ping=self._timings.ping,
                patient=self._patient,
            )
        except InvalidStatus as error:
            raise unavailable(settings, error.response.status_code) from None
        except (OSError, TimeoutError, WebSocketException) as error:
            raise unreachable(settings, error) from None


def unavailable(settings: AriSettings, status: int) -> CarrierUnavailable:
    """The error for an HTTP status that is no welcome, with what to do about it."""
    if status in (401, 403):
        return CarrierUnavailable(
            f"Asterisk at {settings.url} refuses the user {settings.user!r}",
            hint="compare user and password with Asterisk's ari.conf; the user must not be "
            "read_only",
        )
    if status == 404:
        return CarrierUnavailable(
            f"there is no ARI at {settings.url}",
            hint="is res_ari loaded, enabled in ari.conf, and is the prefix of http.conf part "
            "of the url?",
        )
    hint = "it is still starting" if status == 503 else "see Asterisk's log"
    return CarrierUnavailable(f"Asterisk at {settings.url} answers {status}", hint=hint)


def unreachable(settings: AriSettings, error: BaseException) -> CarrierUnavailable:
    """The error for an Asterisk that cannot be reached at all."""
    return CarrierUnavailable(
        f"Asterisk at {settings.url} cannot be reached: {str(error) or type(error).__name__}",
        hint="is it running, with enabled=yes and this address and port in http.conf, and below "
        "its sessionlimit?",
    )
