"""A line-based host on the loopback that does what a test wants: answers late, never, in halves,
byte by byte, with rubbish, twice, for somebody else; closes in the middle; floods.

::

    async with FakeHost({r"BAL (\\d+)": "OK 12.50 EUR"}) as host:
        ...  # host.address, host.received
        host.mute = True

A rule is a pattern for a line and what is done then: a text is answered as a line, of deeds each is
done in turn. What no pattern finds is answered with ``ERR``. The groups of the pattern stand in
texts as ``{0}``, ``{1}``, names as ``{name}``.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Line:
    """Send a text, as one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Raw:
    """Send bytes as they are, in pieces of this size (0: in one)."""

    data: bytes
    piece: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for so many seconds, or until the host is told to :meth:`FakeHost.go_on`."""

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection."""


@dataclass(frozen=True, slots=True)
class Flood:
    """Send this again and again until the other side has had enough."""

    data: bytes


Deed: TypeAlias = str | Line | Raw | Wait | Close | Flood
Rules: TypeAlias = Mapping[str, Deed | Sequence[Deed]]
_CHUNKS: Final = 1000


class FakeHost:
    """A host. ``received`` are the lines it has got, ``connections`` how many were opened so far,
    ``waiting`` how many answers wait for :meth:`go_on`; while ``mute`` is set it reads and says
    nothing. Lines of one connection are worked on at the
    same time, as they come, or with ``in_turn`` one after the other."""

    def __init__(
        self,
        rules: Rules,
        *,
        greeting: Sequence[Deed] = (),
        delimiter: bytes = b"\r\n",
        encoding: str = "utf-8",
        in_turn: bool = True,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.rules = dict(rules)
        self.greeting = greeting
        self.delimiter = delimiter
        self.encoding = encoding
        self.in_turn = in_turn
        self.tls = tls
        self.received: list[str] = []
        self.connections = 0
        self.mute = False
        self.waiting = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._waits = asyncio.Event()
        self._news = asyncio.Event()

    @property
    def address(self) -> str:
        """Where it listens, as a connector's settings say it."""
        return f"127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        """How many connections are open."""
        return len(self._writers)

    async def start(self) -> None:
        """Listen: on a free port, or the one it had before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hang_up(self) -> None:
        """Close all connections; new ones are accepted."""
        for writer in self._writers:
            writer.transport.abort()

    def go_on(self) -> None:
        """End all waiting that has no time."""
        self._waits.set()
        self._waits = asyncio.Event()

    async def until_received(self, count: int) -> None:
        """Wait until it has got so many lines."""
        while len(self.received) < count:
            await self._news.wait()

    async def until_open(self, count: int) -> None:
        """Wait until so many connections are open."""
        while self.open != count:
            await self._news.wait()

    async def until_waiting(self, count: int) -> None:
        """Wait until so many answers wait for :meth:`go_on`."""
        while self.waiting < count:
            await self._news.wait()

    async def say(self, text: str) -> None:
        """Say something that nobody has asked for, on all connections."""
        for writer in list(self._writers):
            await self._line(writer, text)

    async def __aenter__(self) -> FakeHost:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    # ---- one connection --------------------------------------------------------------------------

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        self._writers.add(writer)
        self._tell()
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._do(writer, self.greeting, {})
                while not writer.is_closing():
                    line = await reader.readuntil(self.delimiter)
                    await self._take(writer, line[: -len(self.delimiter)].decode(self.encoding))
        finally:
            self._writers.discard(writer)
            writer.close()
            self._tell()

    async def _take(self, writer: asyncio.StreamWriter, line: str) -> None:
        self.received.append(line)
        self._tell()
        if self.mute:
            return
        deeds, groups = self._deeds(line)
        if self.in_turn:
            await self._do(writer, deeds, groups)
            return
        task = asyncio.get_running_loop().create_task(self._beside(writer, deeds, groups))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _beside(
        self, writer: asyncio.StreamWriter, deeds: Sequence[Deed], groups: Mapping[str, str]
    ) -> None:
        with suppress(OSError):
            await self._do(writer, deeds, groups)

    def _deeds(self, line: str) -> tuple[Sequence[Deed], dict[str, str]]:
        for pattern, deeds in self.rules.items():
            found = re.fullmatch(pattern, line)
            if found is not None:
                groups = {"0": line, **{str(n): t or "" for n, t in enumerate(found.groups(), 1)}}
                groups.update({name: text or "" for name, text in found.groupdict().items()})
                single = isinstance(deeds, str) or not isinstance(deeds, Sequence)
                return ([deeds] if single else deeds), groups  # type: ignore[list-item, return-value]
        return ["ERR"], {}

    async def _do(
        self, writer: asyncio.StreamWriter, deeds: Sequence[Deed], groups: Mapping[str, str]
    ) -> None:
        for deed in deeds:
            match deed:
                case str():
                    await self._line(writer, _filled(deed, groups))
                case Line():
                    await self._line(writer, deed.text)
                case Raw():
                    await self._raw(writer, deed)
                case Wait(seconds=None):
                    await self._wait()
                case Wait():
                    await asyncio.sleep(deed.seconds or 0)
                case Close():
                    writer.close()
                    await writer.wait_closed()
                case Flood():
                    for _ in range(_CHUNKS):
                        writer.write(deed.data)
                        await writer.drain()

    async def _line(self, writer: asyncio.StreamWriter, text: str) -> None:
        writer.write(text.encode(self.encoding) + self.delimiter)
        await writer.drain()

    async def _wait(self) -> None:
        self.waiting += 1
        self._tell()
        try:
            await self._waits.wait()
        finally:
            self.waiting -= 1

    async def _raw(self, writer: asyncio.StreamWriter, raw: Raw) -> None:
        size = raw.piece or max(1, len(raw.data))
        for at in range(0, len(raw.data), size):
            writer.write(raw.data[at : at + size])
            await writer.drain()
            await asyncio.sleep(0)


def _filled(text: str, groups: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: groups.get(found[1], found[0]), text)
