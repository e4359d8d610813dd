"""One WebSocket to Asterisk, kept up: connects, reads, pings, and connects again."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from websockets.exceptions import InvalidStatus, WebSocketException

from ivrkit.channels.ari.settings import AriSettings
from ivrkit.channels.ari.socket import Socket, open_socket
from ivrkit.channels.ari.timings import Timings
from ivrkit.errors import CarrierError, CarrierRefused, CarrierUnavailable

logger = logging.getLogger("ivrkit.ari")

Connected = Callable[[], Awaitable[None]]
REMINDER = 60.0
"""Seconds after which it is said once more that a connection cannot be made."""


AGAIN = 1.0
"""Seconds after which a connection that does not end is told so again."""


class Backoff:
    """How long to wait before connecting again. A connection that was closed in good order counts
    like one that broke: a server that accepts and hangs up at once would else be hammered.

    It begins anew with the first pause when all went well since the last one, for ``settled``
    seconds at least and for longer than the next pause could last: two that wait for each other in
    this way keep step.
    """

    def __init__(
        self,
        first: float,
        longest: float,
        settled: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first = self._next = first
        self._longest = longest
        self._settled = settled
        self._clock = clock
        self._over = clock()

    def pause(self) -> float:
        """Seconds to wait now. Spread by half either way, so that not everybody comes back in the
        same moment."""
        if self._clock() - self._over > max(self._settled, 2 * self._next):
            self._next = self._first
        pause = self._next * (0.5 + random.random())  # noqa: S311
        self._next = min(self._next * 2, self._longest)
        self._over = self._clock() + pause
        return pause


class NotHeard(CarrierUnavailable):
    """Nothing has come over a connection that was made: the next one may be better."""


class Link:
    """A WebSocket under one application name.

    ``on_message`` gets every message, in order, from the loop's read callback. ``on_connected``
    runs after each connect, while messages flow already; the link counts as ready when it has
    returned. ``on_ready`` and ``on_lost`` are told synchronously. An unanswered ping is no reason
    to hang up while what was sent ``waits``: a socket whose command waits for a channel cannot
    answer. Who does not ``own`` the application name does not connect.
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
        waits: Callable[[], bool] = lambda: False,
        owns: Callable[[], bool] = lambda: True,
    ) -> None:
        self._settings = settings
        self._application = application
        self._on_message = on_message
        self._timings = timings
        self._on_connected = on_connected
        self._on_ready = on_ready
        self._on_lost = on_lost
        self._waits = waits
        self._owns = owns
        self._socket: Socket | None = None
        self._task: asyncio.Task[None] | None = None
        self._broken = Backoff(timings.backoff, timings.backoff_limit, timings.settled)
        self._contested = Backoff(timings.contested, timings.contested_limit, timings.settled)
        self._replaced = False
        self._told = ("", 0.0)
        self._problem = "it was not connected yet"
        self.ready = asyncio.Event()
        self.lost_at: float | None = None
        """Since when nothing is heard, on the loop's clock; None when all is well."""
        self.connects = 0
        self.ready_at = 0.0
        self.away = 0.0
        """For how many seconds nothing was heard before the last connect."""

    @property
    def problem(self) -> str:
        """Why it is not there; empty when it is."""
        return "" if self.ready.is_set() else self._problem

    @property
    def silent(self) -> bool:
        """Whether the connection that has just ended was given up because nobody answered."""
        return self._socket is not None and self._socket.silent

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
        while task is not None and not task.done():
            # Once may not be enough: a connection that breaks in the same moment ends with that.
            task.cancel()
            await asyncio.wait([task], timeout=AGAIN)

    def drop(self, since: float | None = None, *, silent: bool = False) -> None:
        """Give the connection up, and make it anew. ``since`` when nothing was heard on it;
        ``silent`` that nothing comes from there at all."""
        if self._socket is not None:
            self.lost_at = since
            self._socket.silent |= silent
            self._socket.drop()

    def replaced(self) -> None:
        """Somebody else has connected under our name, and gets what was meant for us. Take it
        back, with a pause that grows: two that do so would else hear nothing but each other."""
        self._replaced = True
        self.drop()

    def send(self, frame: bytes) -> None:
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
        # The first one may be deaf while an older one of the same name still ends.
        until = clock() + self._timings.reply
        while True:
            try:
                await self._live(opened)
                self._tell(
                    "something else has connected under this name"
                    if self._replaced
                    else "the connection was lost"
                )
            except Exception as error:
                again = isinstance(error, NotHeard) and clock() < until
                if not opened.done() and not again:
                    opened.set_exception(error)
                    return
                if isinstance(error, CarrierError):
                    self._tell(str(error))
                else:  # without its link the engine is deaf: a mistake of ours must not end it
                    logger.exception("the WebSocket of %s broke down", self._application)
            if _is_cancelled():
                return
            backoff = self._contested if self._replaced else self._broken
            self._replaced = False
            pause = backoff.pause()
            logger.debug("%s: connecting anew in %.1f s", self._application, pause)
            await asyncio.sleep(pause)

    def _tell(self, problem: str) -> None:
        """Log why there is no connection: once, and now and then while it stays so."""
        now = asyncio.get_running_loop().time()
        self._problem = problem
        told, at = self._told
        if problem != told or now - at >= REMINDER:
            self._told = (problem, now)
            logger.warning("%s: %s", self._application, problem)

    async def _live(self, opened: asyncio.Future[None]) -> None:
        """One connection, from its beginning to its end."""
        if not self._owns():
            raise CarrierUnavailable(
                f"another engine owns {self._application}; this one does not connect to it",
                hint="it ends, or has to be ended",
            )
        loop = asyncio.get_running_loop()
        began = loop.time()
        socket = await self._connect()
        self._socket = socket
        logger.debug("%s: open after %.1f s", self._application, loop.time() - began)
        try:
            if self._on_connected is not None:
                await self._on_connected()
            logger.debug("%s: ready after %.1f s", self._application, loop.time() - began)
            if self.lost_at is not None:
                self.away = loop.time() - self.lost_at
                logger.warning("%s: heard again after %.1f s", self._application, self.away)
            self.lost_at, self._told = None, ("", 0.0)
            self.connects, self.ready_at = self.connects + 1, loop.time()
            self.ready.set()
            self._on_ready()
            if not opened.done():
                opened.set_result(None)
            await socket.closed
        finally:
            self.ready.clear()
            self._socket = None
            if self.lost_at is None and self.connects:
                self.lost_at = socket.ended_at or loop.time()
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
                waits=self._waits,
            )
        except InvalidStatus as error:
            raise unavailable(settings, error.response.status_code) from None
        except (OSError, TimeoutError, WebSocketException) as error:
            raise unreachable(settings, error) from None


def _is_cancelled() -> bool:
    """Whether this task was told to end, and what it waited for has ended otherwise."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def unavailable(settings: AriSettings, status: int) -> CarrierUnavailable:
    """The error for an HTTP status that is no welcome, with what to do about it."""
    if status in (401, 403):
        return CarrierRefused(
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
