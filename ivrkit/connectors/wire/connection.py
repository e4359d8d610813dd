"""One connection to a host: opened, greeted, logged in, asked, closed."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from typing import Final

from ivrkit.connectors.connector import Attempt
from ivrkit.connectors.wire.framing import Framer, framer
from ivrkit.connectors.wire.matching import ById, InOrder, Matcher, Uncertain, Waiter
from ivrkit.connectors.wire.settings import SocketSettings, place_of
from ivrkit.errors import ConnectionLost, ConnectorError, ExpressionError, RequestRefused
from ivrkit.expressions.patterns import searched

LOG = logging.getLogger(__name__)
AT_ONCE: Final = 64 * 1024
"""Bytes that are read at a time."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to be sent; ``id`` is empty where answers come in order."""

    data: bytes
    id: str = ""
    answered: bool = True


class Connection:
    """An open connection. It is ``broken`` (with the reason) once and for all: what it received
    last was nobody's, or it was closed."""

    def __init__(
        self,
        settings: SocketSettings,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._settings = settings
        self._reader, self._writer = reader, writer
        self._framer: Framer = framer(
            settings.framing, settings.encoding, settings.kilobytes * 1024
        )
        self._matcher: Matcher = InOrder()
        self._pong: Waiter | None = None
        self._task: asyncio.Task[None] | None = None
        self._used = False
        self.broken: ConnectionLost | None = None
        self.on_end: Callable[[], None] = lambda: None
        self.busy = 0
        self.last_used = asyncio.get_running_loop().time()

    # ---- opening and closing ---------------------------------------------------------------------

    @classmethod
    async def open(
        cls, settings: SocketSettings, context: ssl.SSLContext | None, server_name: str | None
    ) -> Connection:
        """Connect, hear the greeting, log in. Raises ConnectionLost, or ConnectorError for a host
        that greets or answers otherwise than it should."""
        host, port = place_of(settings.address)
        try:
            reader, writer = await asyncio.open_connection(
                host,
                port,
                ssl=context,
                server_hostname=(server_name or host) if context is not None else None,
            )
        except ssl.SSLCertVerificationError as error:
            raise ConnectorError(
                f"the certificate of {settings.address} is not trusted: {error.verify_message}",
                hint="tls: ca says whom to trust, server_name how the host is called in it",
            ) from None
        except (OSError, UnicodeError) as error:
            raise ConnectionLost(
                f"{settings.address} cannot be reached: {_reason(error)}"
            ) from None
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection = cls(settings, reader, writer)
        try:
            await connection._begin()
        except BaseException:
            connection.drop("it was not used")
            raise
        return connection

    async def _begin(self) -> None:
        """Greeting and login: answers come in order there, whatever comes later."""
        settings = self._settings
        greetings = [self._matcher.expect("") for _ in settings.greeting]
        # In a context of its own: it serves other calls than the one that has opened it.
        self._task = asyncio.get_running_loop().create_task(self._receive(), context=Context())
        for waiter, expected in zip(greetings, settings.greeting, strict=True):
            self._must_hold(await waiter, expected, "greeting")
        for number, each in enumerate(settings.login, 1):
            data = self._framer.wrapped(self._encoded(each.send.get_secret_value()))
            if each.expect is None:
                await self._write(data)
                continue
            answer = self._matcher.expect("")
            await self._write(data)
            self._must_hold(await answer, each.expect, f"answer to login {number}")
        if settings.ids is not None:
            self._matcher = ById(settings.ids, settings.encoding, self._took_pong)

    def _must_hold(self, frame: bytes, expected: str, what: str) -> None:
        if not self._holds(frame, expected):
            raise ConnectorError(
                f"the {what} of {self._settings.address} is not as expected",
                hint="it is not shown; compare the host's manual with ivrkit.yaml",
            )

    def drop(self, why: str) -> None:
        """Close at once; whatever was not sent yet is not sent any more."""
        self._break(f"{self._settings.address}: {why}")

    async def close(self) -> None:
        """Send what is to be sent, and close."""
        if self.broken is None:
            with suppress(OSError):
                await self._writer.drain()
                self._writer.close()
                await self._writer.wait_closed()
        self.drop("it was closed")

    def _break(self, why: str, hint: str = "") -> None:
        """End it. Who waits learns that the connection was lost, whatever the reason: whether
        their messages were understood is not known."""
        if self.broken is not None:
            return
        self.broken = ConnectionLost(why, hint=hint)
        for each in (*self._matcher.waiting, *filter(None, [self._pong])):
            if not each.done():
                each.set_exception(ConnectionLost(why, hint=hint))
                each.exception()  # it is known, even if nobody looks at it
        self._writer.transport.abort()
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
        self.on_end()

    # ---- asking ----------------------------------------------------------------------------------

    def takes(self, id_: str) -> bool:
        """Whether it may be asked now."""
        return (
            self.broken is None and self.busy < self._settings.flights and self._matcher.free(id_)
        )

    def bars(self, id_: str) -> bool:
        """Whether a message with this id was given up on it: an answer could be that one's."""
        return self._matcher.late(id_)

    @property
    def quiet(self) -> bool:
        """Whether nothing came that is nobody's: a part of a frame between two answers."""
        return self.broken is None and not (
            self._framer.begun and not self._matcher.waiting and isinstance(self._matcher, InOrder)
        )

    async def settle(self, id_: str) -> bool:
        """Look at what has come meanwhile, before anything is asked: what is there already cannot
        be the answer. Tells whether a message with this id may be sent, at once."""
        for _ in range(4):  # the loop hears the host; the reader is told; frames are cut
            await asyncio.sleep(0)
        if not self.quiet:
            self.drop("it has sent something that nobody had asked for")
        return self.broken is None and self._matcher.free(id_)

    def must_have_been_used(self) -> None:
        """Raises ConnectionLost for one that broke before anything was sent on it: another one
        would fare no better."""
        if not self._used:
            self._usable()

    async def exchange(
        self, outgoing: Outgoing, attempt: Attempt, fits: Callable[[bytes], bool]
    ) -> bytes | None:
        """Send a message, and give its answer. Raises ConnectionLost.

        Where answers come in order, one that does not come, or does not fit, ends the connection:
        the next one could be that of another.
        """
        self._usable()
        self._used = True
        waiter = self._matcher.expect(outgoing.id) if outgoing.answered else None
        self.last_used = asyncio.get_running_loop().time()
        try:
            attempt.sent = True
            await self._write(outgoing.data)
            if waiter is None:
                return None
            frame = await waiter
            if not fits(frame) and isinstance(self._matcher, InOrder):
                self.drop("an answer was none of those expected")
            return frame
        finally:
            if waiter is not None:
                self._leave(waiter)

    def _leave(self, waiter: Waiter) -> None:
        if self.broken is None:
            try:
                self._matcher.left(waiter)
            except Uncertain as error:
                self.drop(error.message)

    def _usable(self) -> None:
        if self.broken is not None:
            raise ConnectionLost(self.broken.message, hint=self.broken.hint)

    async def _write(self, data: bytes) -> None:
        self._usable()
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            self.drop(_reason(error))
            self._usable()

    async def ping(self, seconds: float) -> None:
        """Send what keeps it alive, and await its answer; ends the connection without it."""
        keep = self._settings.keep_alive
        assert keep is not None
        expect = keep.expect
        outgoing = Outgoing(
            self._framer.wrapped(self._encoded(keep.send)), answered=expect is not None
        )
        try:
            async with asyncio.timeout(seconds):
                if expect is None or isinstance(self._matcher, InOrder):
                    await self.exchange(outgoing, Attempt(0.0), self._alive)
                else:
                    await self._ping_beside(outgoing.data)
        except TimeoutError:
            self.drop("it did not answer what keeps it alive")
        except ConnectionLost as error:
            LOG.info("%s", error.message)
        self.last_used = asyncio.get_running_loop().time()

    async def _ping_beside(self, data: bytes) -> None:
        """Where answers have ids, that to a ping is told by what it must hold."""
        self._pong = asyncio.get_running_loop().create_future()
        try:
            await self._write(data)
            await self._pong
        finally:
            self._pong = None

    def _alive(self, frame: bytes) -> bool:
        keep = self._settings.keep_alive
        return keep is not None and self._holds(frame, keep.expect or "")

    # ---- receiving -------------------------------------------------------------------------------

    async def _receive(self) -> None:
        try:
            while data := await self._read():
                self._came(self._framer.feed(data))
            self._came(self._framer.ended())
            self.drop("the host has closed the connection")
        except ConnectorError as error:
            LOG.warning("%s: %s", self._settings.address, error.message)
            self._break(f"{self._settings.address}: {error.message}", error.hint)
        except OSError as error:
            self.drop(_reason(error))

    async def _read(self) -> bytes:
        """Bytes of the host; none when it has closed."""
        while self._framer.quiet_after is not None and self._framer.begun:
            try:
                async with asyncio.timeout(self._framer.quiet_after):
                    return await self._reader.read(AT_ONCE)
            except TimeoutError:
                self._came(self._framer.quiet())
        return await self._reader.read(AT_ONCE)

    def _came(self, frames: list[bytes]) -> None:
        """All that has come at once is looked at before anything else happens."""
        ignore = self._settings.ignore
        for frame in frames:
            if ignore is None or not self._holds(frame, ignore):
                self._matcher.came(frame)

    def _took_pong(self, frame: bytes) -> bool:
        """Whether a frame that is nobody's answer is that to a ping."""
        keep = self._settings.keep_alive
        if keep is None or keep.expect is None or not self._holds(frame, keep.expect):
            return False
        if self._pong is not None and not self._pong.done():
            self._pong.set_result(frame)
        return True

    def _holds(self, frame: bytes, pattern: str) -> bool:
        """Whether a pattern finds something in a frame. Raises Uncertain when it takes too long:
        no other call waits for that again and again."""
        try:
            return searched(frame.decode(self._settings.encoding, "replace"), pattern) is not None
        except ExpressionError as error:
            raise Uncertain(error.message, hint=error.hint) from None

    def _encoded(self, text: str) -> bytes:
        try:
            return text.encode(self._settings.encoding)
        except UnicodeEncodeError:
            raise RequestRefused(
                f"a message holds a character that {self._settings.encoding} does not have"
            ) from None


def _reason(error: Exception) -> str:
    """Why, in a few words, without the address."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
