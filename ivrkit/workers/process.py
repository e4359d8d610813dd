"""One worker, as the engine sees it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

import ivrkit
from ivrkit.errors import WorkerError, WorkerLost
from ivrkit.workers.frames import LENGTH, MOST_BYTES, Reply, framed

LOG = logging.getLogger(__name__)
_CODE: Final = str(Path(ivrkit.__file__).parents[1])


@dataclass(frozen=True, slots=True)
class Program:
    """What a worker runs: a ``module`` by its full name, told ``settings`` first. Of the engine's
    ``environment`` it gets nothing but what stands here."""

    module: str
    settings: msgspec.Struct
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> list[str]:
        """How it is started: not even the folder it runs in is a place to import from."""
        return [sys.executable, "-P", "-m", self.module]

    @property
    def variables(self) -> dict[str, str]:
        """Its environment."""
        usual = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": _CODE}
        return {**usual, **self.environment}


class Worker:
    """A process that answers one question at a time. It starts at once, on its own: who gives up
    waiting for it does not end it."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process: Process | None = None
        self._broken = False
        # In a context of its own: it serves other calls than the one that has started it.
        name = f"start {program.module}"
        self._starting = asyncio.create_task(self._start(), name=name, context=Context())

    async def ready(self) -> None:
        """Wait until it can be asked. Raises WorkerError for what cannot work."""
        await asyncio.shield(self._starting)

    async def ask(self, question: msgspec.Struct) -> Reply:
        """Ask, and wait for the answer. Raises WorkerLost when it ends meanwhile."""
        return await self._exchange(framed(question))

    @property
    def usable(self) -> bool:
        """Whether it can be asked, or is about to be."""
        if self._broken:
            return False
        if not self._starting.done():
            return True
        failed = self._starting.cancelled() or self._starting.exception() is not None
        return not failed and self._process is not None and self._process.returncode is None

    async def end(self) -> None:
        """Kill it, and all that it has started."""
        self._broken = True
        self._starting.cancel()
        with suppress(asyncio.CancelledError, WorkerError):
            await self._starting
        process = self._process
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()

    # ---- inside --------------------------------------------------------------------------------

    async def _start(self) -> None:
        program = self._program
        try:
            self._process = await asyncio.create_subprocess_exec(
                *program.command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=program.variables,
                cwd=program.folder,
                # Ctrl-C in a terminal is for the engine; and a group of its own dies as a whole.
                start_new_session=True,
            )
        except OSError as error:
            raise WorkerError(f"no worker can be started: {error.strerror or error}") from error
        reply = await self._exchange(framed(program.settings))
        if reply.error:
            self._broken = True
            raise WorkerError(reply.error, hint=reply.hint)

    async def _exchange(self, frame: bytes) -> Reply:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(frame)
            await process.stdin.drain()
            (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
            if length > MOST_BYTES:
                raise msgspec.DecodeError(f"a frame of {length} bytes")
            data = await process.stdout.readexactly(length)
            reply = msgspec.msgpack.decode(data, type=Reply)
        except (OSError, EOFError):  # an incomplete read is one of them
            self._broken = True
            raise WorkerLost(f"the worker {await self._how_it_ended()}") from None
        except msgspec.MsgspecError:
            self._broken = True
            raise WorkerLost("the worker answered with rubbish") from None
        self._broken = reply.leaves
        return reply

    async def _how_it_ended(self) -> str:
        """In words, for a message."""
        assert self._process is not None
        status = await self._process.wait()
        if status >= 0:
            return f"has ended with the exit status {status}"
        with suppress(ValueError):
            return f"was ended by {signal.Signals(-status).name}"
        return f"was ended by the signal {-status}"
