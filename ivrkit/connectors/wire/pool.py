"""The connections to one host: opened when they are needed, used again, kept alive, and opened anew
when they were lost."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from ivrkit.connectors.connector import Attempt
from ivrkit.connectors.wire.connection import Connection, Outgoing
from ivrkit.connectors.wire.settings import SocketSettings
from ivrkit.errors import ConnectionLost, ConnectorError

LOG = logging.getLogger(__name__)
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 60.0
"""Seconds before a connection is opened again while nobody asks: they double each time, until one
has lasted for the longest of them."""


class Pool:
    """All connections to a host."""

    def __init__(
        self,
        name: str,
        settings: SocketSettings,
        context: ssl.SSLContext | None,
        server_name: str | None,
    ) -> None:
        self.name = name
        self._settings = settings
        self._context = context
        self._server_name = server_name
        self._open: list[Connection] = []
        self._leaving: set[Connection] = set()
        self._opening = 0
        self._changed = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._open)

    def start(self) -> None:
        """Keep a connection open from now on, if they are long-lived."""
        if self._settings.connection == "long":
            self._keeper = asyncio.get_running_loop().create_task(
                self._keep(), name=f"keep {self.name}"
            )

    async def close(self) -> None:
        """Close all."""
        self._closed = True
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        for each in list(self._open):
            each.drop("the engine stops")

    async def exchange(
        self, outgoing: Outgoing, attempt: Attempt, fits: Callable[[bytes], bool]
    ) -> bytes | None:
        """Send a message and give its answer; see :meth:`Connection.exchange`."""
        if self._settings.connection == "short":
            connection = await self._opened()
            try:
                answer = await connection.exchange(outgoing, attempt, fits)
                if not outgoing.answered:
                    await connection.close()
                return answer
            finally:
                connection.drop("it was used")
        async with self._lease(outgoing.id) as connection:
            return await connection.exchange(outgoing, attempt, fits)

    async def opened_once(self) -> None:
        """Open a connection and close it: to see whether that works. Raises ConnectorError."""
        connection = await self._opened()
        connection.drop("it was a trial")

    # ---- who gets which connection ---------------------------------------------------------------

    @asynccontextmanager
    async def _lease(self, id_: str) -> AsyncIterator[Connection]:
        """A connection on which a message with this id may be sent at once."""
        while True:
            connection = await self._taken(id_)
            try:
                if await connection.settle(id_):
                    yield connection
                    return
                connection.must_have_been_used()
            finally:
                connection.busy -= 1
                self._tell()

    async def _taken(self, id_: str) -> Connection:
        while True:
            if self._closed:
                raise ConnectionLost(f"{self.name} is closed: the engine stops")
            for each in self._open:
                if each not in self._leaving and each.takes(id_):
                    each.busy += 1
                    return each
            self._part_with_those_that_bar(id_)
            if len(self._open) - len(self._leaving) + self._opening < self._settings.connections:
                connection = await self._added()
                if connection.takes(id_):
                    connection.busy += 1
                    return connection
                connection.must_have_been_used()
                continue
            await self._changed.wait()

    def _part_with_those_that_bar(self, id_: str) -> None:
        """An id whose answer may still come on a connection is not used on it again: the
        connection gets no more messages, and is closed when the last is answered."""
        for each in list(self._open):
            if each.bars(id_):
                self._leaving.add(each)
                self._end_if_left(each)

    def _end_if_left(self, connection: Connection) -> None:
        if connection in self._leaving and not connection.busy:
            connection.drop("a message on it was not answered")

    def _tell(self) -> None:
        """Wake whoever waits for a connection."""
        for each in list(self._leaving):
            self._end_if_left(each)
        self._changed.set()
        self._changed = asyncio.Event()

    async def _added(self) -> Connection:
        self._opening += 1
        try:
            connection = await self._opened()
        finally:
            self._opening -= 1
            self._tell()
        if self._closed:
            connection.drop("the engine stops")
        elif connection.broken is None:
            self._open.append(connection)
            connection.on_end = lambda: self._gone(connection)
        return connection

    async def _opened(self) -> Connection:
        return await Connection.open(self._settings, self._context, self._server_name)

    def _gone(self, connection: Connection) -> None:
        self._open.remove(connection)
        self._leaving.discard(connection)
        self._tell()

    # ---- what goes on while nobody asks ----------------------------------------------------------

    async def _keep(self) -> None:
        """Keep one open, and all of them alive."""
        loop = asyncio.get_running_loop()
        pause, opened = 0.0, loop.time()
        while True:
            changed = self._changed
            if self._open or self._opening:
                seconds = await self._care()
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds):
                        await changed.wait()
                continue
            if loop.time() - opened > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311
            pause = min(max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE)
            if not self._open and not self._opening:
                await self._open_again()
                opened = loop.time()

    async def _open_again(self) -> None:
        try:
            async with asyncio.timeout(self._settings.timeout.total_seconds()):
                await self._added()
        except TimeoutError:
            LOG.warning("%s: %s does not answer", self.name, self._settings.address)
        except ConnectorError as error:
            LOG.warning("%s: %s", self.name, error.message)

    async def _care(self) -> float | None:
        """Ping, and close, what was not used for long; gives when to look again."""
        keep, unused_for = self._settings.keep_alive, self._settings.close_after
        if keep is None and unused_for is None:
            return None
        every = keep.every.total_seconds() if keep is not None else None
        rest = unused_for.total_seconds() if unused_for is not None else None
        now = asyncio.get_running_loop().time()
        for each in [each for each in self._open if not each.busy]:
            unused = now - each.last_used
            if rest is not None and unused >= rest and len(self._open) > 1:
                each.drop("it was not used")
            elif every is not None and unused >= every:
                await self._ping(each)
        return min(each for each in (every, rest) if each is not None) / 2

    async def _ping(self, connection: Connection) -> None:
        connection.busy += 1
        try:
            if connection.broken is None:
                await connection.ping(self._settings.timeout.total_seconds())
        finally:
            connection.busy -= 1
            self._tell()
