"""``ivrkit serve`` as a process, to be killed, reloaded and taken over."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from ivrkit.call.events import EVENTS
from ivrkit.testing import ports, processes
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.harness import PATIENCE, Exchange, Traces, configure

ROOT = Path(__file__).parents[2]
PAUSE = 0.1
"""Seconds between two looks at its API."""


class Trace(msgspec.Struct):
    """What the API tells of a call."""

    call: str
    events: list[EVENTS]  # type: ignore[valid-type]


class Served:
    """One engine process after the other, for one ``ivrkit.yaml``. ``program`` is the module that
    is run."""

    def __init__(self, folder: Path, name: str = "serve", program: str = "ivrkit") -> None:
        self._folder = folder
        self._program = program
        self._log = folder / f"{name}.log"
        self._seen = 0
        self._process: Process | None = None

    async def start(self, *options: str, tells: str = "API on http") -> None:
        """Start it and wait until it serves, or tells something before that."""
        command = [sys.executable, "-m", self._program, "serve", "--config", str(self._folder)]
        self._process = await processes.start(
            [*command, *options], output=self._log, folder=ROOT, environment={"COLUMNS": "500"}
        )
        await self.tells(tells)

    async def kill(self) -> None:
        """``kill -9``."""
        assert self._process is not None
        await processes.end(self._process, signal.SIGKILL)

    def halt(self) -> None:
        """It does nothing any more, but is there: what it is sent waits for it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    async def stop(self) -> None:
        """End it in good order."""
        if self._process is not None:
            await processes.end(self._process, signal.SIGTERM)

    async def ended(self) -> int:
        """Wait until it has ended by itself; its exit status."""
        assert self._process is not None
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()

    def reload(self) -> None:
        """Have it look at the flows again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None
        return self._process.pid

    def told(self) -> str:
        """All that it has printed, and those before it."""
        return self._log.read_text(errors="replace")

    async def tells(self, text: str) -> str:
        """Wait until it prints a text that was not waited for before; all it has printed since."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    printed = self._log.read_text(errors="replace")
                    place = printed.find(text, self._seen)
                    if place >= 0:
                        since, self._seen = self._seen, place + len(text)
                        return printed[since : self._seen]
                    if self._process is None or self._process.returncode is not None:
                        raise AssertionError(f"it has ended:\n{printed[self._seen :]}")
                    await asyncio.sleep(PAUSE)
        except TimeoutError:
            printed = self._log.read_text(errors="replace")
            raise TimeoutError(f"it did not tell {text!r}:\n{printed[self._seen :]}") from None


class Watcher:
    """Reads the traces of all calls over the API, whichever engine answers there."""

    def __init__(self, port: int, state: Path, traces: Traces) -> None:
        self._url = f"http://127.0.0.1:{port}/v1/calls"
        self._state = state
        self._traces = traces

    async def run(self) -> None:
        """Look and look again; while no engine is there nothing is seen."""
        while True:
            with suppress(OSError, aiohttp.ClientError):
                token = (self._state / "api-token").read_text().strip()
                headers = {"Authorization": f"Bearer {token}"}
                async with aiohttp.ClientSession(headers=headers) as session:
                    await self._look(session)
            await asyncio.sleep(PAUSE)

    async def _look(self, session: aiohttp.ClientSession) -> None:
        while True:
            async with session.get(self._url) as answer:
                calls: list[dict[str, Any]] = (await answer.json())["calls"]
            for call in reversed(calls):
                await self._read(session, call["id"])
            await asyncio.sleep(PAUSE)

    async def _read(self, session: aiohttp.ClientSession, call_id: str) -> None:
        async with session.get(f"{self._url}/{call_id}/trace") as answer:
            if answer.status == 404:
                return  # erased since
            trace = msgspec.json.decode(await answer.read(), type=Trace)
        for event in trace.events[len(self._traces.calls.get(call_id, ())) :]:
            self._traces.hear(call_id, event)


@asynccontextmanager
async def served(
    asterisk: PrivateAsterisk,
    folder: Path,
    number: int,
    *,
    watched: bool = True,
    program: str = "ivrkit",
    **changes: Any,
) -> AsyncIterator[tuple[Exchange, Served]]:
    """An engine process, and the exchange for its calls. ``watched``: what happens in them is read
    over the API as it happens; of very many it is better read afterwards, out of the store."""
    port = ports.free_ports(1)
    configure(asterisk, folder, number, api={"port": port}, **changes)
    traces = Traces()
    engine = Served(folder, program=program)
    watcher = Watcher(port, folder / "state", traces)
    watching = asyncio.create_task(watcher.run() if watched else asyncio.sleep(0))
    try:
        await engine.start()
        yield Exchange(asterisk, traces, folder), engine
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await engine.stop()
